// Accepts every order of the chores that follows all rules, or `impossible` where the answer says so.
//
// Usage: check_order INPUT ANSWER FEEDBACK_DIR/ < OUTPUT
// Exits with 42 (right), 43 (wrong), or 1 where the package is at fault: a judge error.
//
// The output is hostile: it is read byte by byte, never further than the first mistake, a token is
// kept only up to TOKEN_MAX bytes, and what is quoted in a message is printable ASCII.
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

constexpr int ACCEPTED = 42;
constexpr int WRONG = 43;
constexpr int PACKAGE_AT_FAULT = 1;
constexpr std::size_t TOKEN_MAX = 32;

std::string feedback_dir;

[[noreturn]] void fail(const char *why) {
    std::fprintf(stderr, "%s\n", why);
    std::exit(PACKAGE_AT_FAULT);
}

void write_message(const char *name, const std::string &text) {
    std::FILE *file = std::fopen((feedback_dir + name).c_str(), "w");
    if (file == nullptr) fail("cannot write to the feedback directory");
    if (std::fputs(text.c_str(), file) < 0 || std::fclose(file) != 0) fail("feedback lost");
}

// `judge` may quote the data; the team learns only `team`.
[[noreturn]] void reject(const std::string &judge, const std::string &team) {
    write_message("judgemessage.txt", judge + "\n");
    write_message("teammessage.txt", team + "\n");
    std::exit(WRONG);
}

bool is_space(int byte) {
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

// The next token, or an empty one at the end. It is cut behind TOKEN_MAX bytes: no right token is
// that long.
std::string next_token(std::FILE *file) {
    int byte = std::getc(file);
    while (is_space(byte)) byte = std::getc(file);
    std::string token;
    for (; byte != EOF && !is_space(byte) && token.size() <= TOKEN_MAX; byte = std::getc(file)) {
        token += static_cast<char>(byte);
    }
    return token;
}

std::string quoted(const std::string &token) {
    std::string shown = "'";
    for (const char byte : token.substr(0, TOKEN_MAX)) {
        shown += byte > ' ' && byte <= '~' ? byte : '?';
    }
    return shown + (token.size() > TOKEN_MAX ? "...'" : "'");
}

// A chore from 1 to n, or 0: digits alone, no sign, no leading zero.
int parse_chore(const std::string &token, int n) {
    if (token.empty() || token.size() > 6 || token[0] == '0') return 0;
    int value = 0;
    for (const char byte : token) {
        if (byte < '0' || byte > '9') return 0;
        value = 10 * value + (byte - '0');
    }
    return value <= n ? value : 0;
}

struct Rule {
    int before;
    int after;
};

struct Chores {
    int n = 0;
    std::vector<Rule> rules;
};

Chores read_input(const char *path) {
    std::FILE *file = std::fopen(path, "r");
    Chores chores;
    int m = 0;
    if (file == nullptr || std::fscanf(file, "%d %d", &chores.n, &m) != 2) fail("bad input");
    if (chores.n < 1 || m < 0) fail("bad input");
    chores.rules.resize(static_cast<std::size_t>(m));
    for (Rule &rule : chores.rules) {
        if (std::fscanf(file, "%d %d", &rule.before, &rule.after) != 2) fail("bad input");
        if (rule.before < 1 || rule.before > chores.n) fail("bad input");
        if (rule.after < 1 || rule.after > chores.n) fail("bad input");
    }
    std::fclose(file);
    return chores;
}

bool jury_has_an_order(const char *path) {
    std::FILE *file = std::fopen(path, "r");
    if (file == nullptr) fail("no answer file");
    const std::string token = next_token(file);
    std::fclose(file);
    if (token.empty()) fail("empty answer file");
    return token != "impossible";
}

// The place of each chore in the order that stands on stdin, whose first token was read.
std::vector<int> read_places(int n, std::string token) {
    std::vector<int> places(static_cast<std::size_t>(n) + 1, 0);
    for (int place = 1; place <= n; place++) {
        if (token.empty()) {
            reject("the output ends after " + std::to_string(place - 1) + " of " +
                       std::to_string(n) + " chores",
                   "Chores are missing.");
        }
        const int chore = parse_chore(token, n);
        if (chore == 0) {
            reject("token " + std::to_string(place) + ", " + quoted(token) + ", is no chore",
                   "There is something that is no chore.");
        }
        int &taken = places[static_cast<std::size_t>(chore)];
        if (taken != 0) {
            reject("chore " + std::to_string(chore) + " stands at places " +
                       std::to_string(taken) + " and " + std::to_string(place),
                   "A chore is done twice.");
        }
        taken = place;
        token = next_token(stdin);
    }
    if (!token.empty()) {
        reject("text after the last chore: " + quoted(token), "There is text after the order.");
    }
    return places;
}

void check_rules(const Chores &chores, const std::vector<int> &places) {
    for (const Rule &rule : chores.rules) {
        const int before = places[static_cast<std::size_t>(rule.before)];
        const int after = places[static_cast<std::size_t>(rule.after)];
        if (before < after) continue;
        reject("chore " + std::to_string(rule.before) + " at place " + std::to_string(before) +
                   " must come before chore " + std::to_string(rule.after) + " at place " +
                   std::to_string(after),
               "A rule is broken.");
    }
}

}  // namespace

int main(int argc, char **argv) {
    if (argc < 4) fail("usage: check_order INPUT ANSWER FEEDBACK_DIR/ < OUTPUT");
    feedback_dir = argv[3];
    const Chores chores = read_input(argv[1]);
    const bool order_exists = jury_has_an_order(argv[2]);
    const std::string first = next_token(stdin);
    if (first == "impossible") {
        if (!next_token(stdin).empty()) reject("text after 'impossible'", "There is more text.");
        if (order_exists) reject("says 'impossible', but there is an order", "There is an order.");
        return ACCEPTED;
    }
    check_rules(chores, read_places(chores.n, first));
    if (!order_exists) fail("the output has an order, and the answer file says 'impossible'");
    return ACCEPTED;
}
