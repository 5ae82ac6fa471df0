#include "expression/node.h"

#include "base/limits.h"

struct parser {
    struct draft *draft;
    size_t at;
    struct token token; /* the one that comes next */
    const char *end;    /* of the token before it */
    unsigned depth;     /* of parentheses, arguments and unary operators around it */
};

static struct node *parse_or(struct parser *parser);

static void advance(struct parser *parser)
{
    parser->end = parser->token.text.at + parser->token.text.length;
    parser->token = token_next(parser->draft, &parser->at);
}

static struct node *too_deep(struct parser *parser, struct text text)
{
    draft_report(parser->draft, "too_deep", text, "parts nest deeper than %d: split the condition over derived names",
                 CONDITION_DEPTH_MAX);
    return NULL;
}

/* A node that begins at `start` and ends with the token read last. */
static struct node *node_new(struct parser *parser, enum node_kind kind, const char *start)
{
    struct node *node = ARENA_NEW(parser->draft->arena, struct node);
    node->kind = kind;
    node->text = node->outer = (struct text){start, (size_t)(parser->end - start)};
    node->depth = 1;
    return node;
}

static void add_part(struct parser *parser, struct node *node, struct node *part)
{
    struct node **room =
        arena_push(parser->draft->arena, &node->parts, &node->count, &node->capacity, sizeof *node->parts);
    *room = part;
    if (part->depth >= node->depth)
        node->depth = part->depth + 1;
}

struct node *node_around(struct arena *arena, enum node_kind kind, struct node *part)
{
    struct node *node = ARENA_NEW(arena, struct node);
    *node = (struct node){.kind = kind,
                          .text = part->text,
                          .outer = part->outer,
                          .parenthesised = part->parenthesised,
                          .depth = part->depth + 1,
                          .count = 1,
                          .capacity = 1};
    node->parts = ARENA_ARRAY(arena, 1, struct node *);
    node->parts[0] = part;
    return node;
}

static struct node *node_of_two(struct parser *parser, enum node_kind kind, struct node *left, struct node *right)
{
    struct node *node = node_new(parser, kind, left->outer.at);
    add_part(parser, node, left);
    add_part(parser, node, right);
    return node->depth > CONDITION_DEPTH_MAX ? too_deep(parser, node->text) : node;
}

/* Something else stands where `expected` is due; what was reported already is not reported again. */
static struct node *unexpected(struct parser *parser, const char *expected)
{
    const struct token *token = &parser->token;
    bool comma = token->kind == TOKEN_COMMA;
    const char *tail = token->text.at + token->text.length;
    bool decimals = comma && tail < parser->draft->text.at + parser->draft->text.length && *tail >= '0' && *tail <= '9';
    const char *meant = token->kind == TOKEN_NAME ? word_meant(token->text) : NULL;
    if (token->kind == TOKEN_END)
        draft_report(parser->draft, "syntax", token->text, "expected %s, found the end", expected);
    else if (meant)
        draft_report(parser->draft, "syntax", token->text, "expected %s, found `%.*s`: use `%s`", expected,
                     TEXT_ARGS(token->text), meant);
    else if (!token->reported)
        draft_report(parser->draft, "syntax", token->text, "expected %s, found `%.*s`%s", expected,
                     TEXT_ARGS(token->text), decimals ? ": decimals are written with a point" : "");
    return NULL;
}

/* name "(" [ expression { "," expression } ] ")" */
static struct node *parse_call(struct parser *parser, struct token name)
{
    struct node *call = node_new(parser, NODE_CALL, name.text.at);
    call->name = name.text;
    advance(parser);
    while (parser->token.kind != TOKEN_CLOSE) {
        struct node *part = parse_or(parser);
        if (!part)
            return NULL;
        add_part(parser, call, part);
        if (parser->token.kind == TOKEN_CLOSE)
            break;
        if (parser->token.kind != TOKEN_COMMA)
            return unexpected(parser, "`,` or `)`");
        advance(parser);
        if (parser->token.kind == TOKEN_CLOSE)
            return unexpected(parser, "an argument");
    }
    advance(parser);
    call->text.length = call->outer.length = (size_t)(parser->end - call->text.at);
    return call->depth > CONDITION_DEPTH_MAX ? too_deep(parser, call->text) : call;
}

static struct node *parse_parentheses(struct parser *parser)
{
    const char *start = parser->token.text.at;
    advance(parser);
    struct node *node = parse_or(parser);
    if (!node)
        return NULL;
    if (parser->token.kind != TOKEN_CLOSE)
        return unexpected(parser, "`)`");
    advance(parser);
    node->outer = (struct text){start, (size_t)(parser->end - start)};
    node->parenthesised = true;
    return node;
}

static struct node *parse_primary(struct parser *parser)
{
    struct token token = parser->token;
    if (token.kind == TOKEN_OPEN)
        return parse_parentheses(parser);
    if (token.kind != TOKEN_LITERAL && token.kind != TOKEN_NAME)
        return unexpected(parser, "a name, a literal or `(`");
    advance(parser);
    if (token.kind == TOKEN_NAME && parser->token.kind == TOKEN_OPEN)
        return parse_call(parser, token);
    struct node *node = node_new(parser, token.kind == TOKEN_NAME ? NODE_SYMBOL : NODE_LITERAL, token.text.at);
    node->name = token.text;
    node->literal = token.literal;
    return node;
}

static struct node *parse_unary(struct parser *parser)
{
    enum token_kind kind = parser->token.kind;
    if (kind != TOKEN_NOT && kind != TOKEN_MINUS)
        return parse_primary(parser);
    if (parser->depth == CONDITION_DEPTH_MAX)
        return too_deep(parser, parser->token.text);
    const char *start = parser->token.text.at;
    advance(parser);
    parser->depth++;
    struct node *part = parse_unary(parser);
    parser->depth--;
    if (!part)
        return NULL;
    struct node *node = node_new(parser, kind == TOKEN_NOT ? NODE_NOT : NODE_NEGATE, start);
    add_part(parser, node, part);
    return node->depth > CONDITION_DEPTH_MAX ? too_deep(parser, node->text) : node;
}

static struct node *parse_product(struct parser *parser)
{
    struct node *left = parse_unary(parser);
    while (left && parser->token.kind == TOKEN_STAR) {
        advance(parser);
        struct node *right = parse_unary(parser);
        left = right ? node_of_two(parser, NODE_TIMES, left, right) : NULL;
    }
    return left;
}

static struct node *parse_sum(struct parser *parser)
{
    struct node *left = parse_product(parser);
    while (left && (parser->token.kind == TOKEN_PLUS || parser->token.kind == TOKEN_MINUS)) {
        enum node_kind kind = parser->token.kind == TOKEN_PLUS ? NODE_PLUS : NODE_MINUS;
        advance(parser);
        struct node *right = parse_product(parser);
        left = right ? node_of_two(parser, kind, left, right) : NULL;
    }
    return left;
}

static bool comparison_of(enum token_kind token, enum node_kind *kind)
{
    static const struct {
        enum token_kind token;
        enum node_kind kind;
    } comparisons[] = {
        {TOKEN_EQUAL, NODE_EQUAL},           {TOKEN_UNEQUAL, NODE_UNEQUAL}, {TOKEN_LESS, NODE_LESS},
        {TOKEN_LESS_EQUAL, NODE_LESS_EQUAL}, {TOKEN_GREATER, NODE_GREATER}, {TOKEN_GREATER_EQUAL, NODE_GREATER_EQUAL},
    };
    for (size_t i = 0; i < sizeof comparisons / sizeof *comparisons; i++)
        if (comparisons[i].token == token) {
            *kind = comparisons[i].kind;
            return true;
        }
    return false;
}

/* `a < b < c` is no error to Lua's grammar, but it compares a truth with c, which nobody means. */
static struct node *parse_comparison(struct parser *parser)
{
    struct node *left = parse_sum(parser);
    enum node_kind kind;
    if (!left || !comparison_of(parser->token.kind, &kind))
        return left;
    advance(parser);
    struct node *right = parse_sum(parser);
    if (!right)
        return NULL;
    struct node *node = node_of_two(parser, kind, left, right);
    struct token again = parser->token;
    if (!node || !comparison_of(again.kind, &kind)) /* none: it is too deep, and was reported */
        return node;
    draft_report(parser->draft, "chained_comparison", again.text,
                 "comparisons are not chained: write `%.*s and %.*s %.*s ...`", TEXT_ARGS(node->text),
                 TEXT_ARGS(right->outer), TEXT_ARGS(again.text));
    while (comparison_of(parser->token.kind, &kind)) {
        advance(parser);
        if (!parse_sum(parser))
            return NULL;
    }
    return node;
}

/* Operands with `and` or `or` between them: one node, however many. */
static struct node *parse_chain(struct parser *parser, enum token_kind token, enum node_kind kind,
                                struct node *(*operand)(struct parser *parser))
{
    struct node *first = operand(parser);
    if (!first || parser->token.kind != token)
        return first;
    struct node *node = node_new(parser, kind, first->outer.at);
    add_part(parser, node, first);
    while (parser->token.kind == token) {
        advance(parser);
        struct node *part = operand(parser);
        if (!part)
            return NULL;
        add_part(parser, node, part);
    }
    node->text.length = node->outer.length = (size_t)(parser->end - node->text.at);
    return node->depth > CONDITION_DEPTH_MAX ? too_deep(parser, node->text) : node;
}

static struct node *parse_and(struct parser *parser)
{
    return parse_chain(parser, TOKEN_AND, NODE_AND, parse_comparison);
}

static struct node *parse_or(struct parser *parser)
{
    if (parser->depth == CONDITION_DEPTH_MAX)
        return too_deep(parser, parser->token.text);
    parser->depth++;
    struct node *node = parse_chain(parser, TOKEN_OR, NODE_OR, parse_and);
    parser->depth--;
    for (size_t i = 0; node && node->kind == NODE_OR && !node->parenthesised && i < node->count; i++)
        if (node->parts[i]->kind == NODE_AND && !node->parts[i]->parenthesised) {
            draft_report(parser->draft, "mixed_and_or", node->parts[i]->text,
                         "`and` is mixed with `or`: put parentheses around what belongs together, here `%.*s`",
                         TEXT_ARGS(node->parts[i]->text));
            break;
        }
    return node;
}

struct node *parse(struct draft *draft)
{
    struct parser parser = {.draft = draft, .end = draft->text.at};
    parser.token = token_next(draft, &parser.at);
    if (parser.token.kind == TOKEN_END) {
        draft_report(draft, "syntax", draft->text, "expected a condition, found nothing");
        return NULL;
    }
    struct node *root = parse_or(&parser);
    if (root && parser.token.kind != TOKEN_END)
        return unexpected(&parser, "an operator or the end");
    return root;
}
