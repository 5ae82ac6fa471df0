function evaluations_spread(evaluations, since, least, label)
  return #evaluations >= least
end
