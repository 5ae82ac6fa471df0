-- refused: lua_syntax 5:1 <eof> expected near `end`
function f()
  return 1
end
end
