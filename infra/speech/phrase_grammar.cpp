#include "infra/speech/phrase_grammar.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace trunkline {

namespace {

constexpr unsigned depth_max = 40;

bool word_letter(char c) {
  return (c >= 'a' && c <= 'z') || c == '\'' || c == '_';
}

} // namespace

// choice := sequence ('|' sequence)* ; sequence := ('/weight/')? (atom '+'?)* ;
// atom := word | '<'rule'>' | '(' choice ')' | '[' choice ']'
class phrase_grammar::parser {
public:
  explicit parser(std::string_view text) : text_(text) {}

  result<node> parse() {
    auto whole = choice(0);
    skip();
    if (!error_.empty() || at_ < text_.size())
      return failure{failure_kind::bad_input,
                     "grammar: " + (error_.empty() ? "unexpected sign" : error_) + " at column " +
                         std::to_string(at_ + 1),
                     false};
    return whole;
  }

private:
  void skip() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n'))
      ++at_;
  }
  bool take(char c) {
    skip();
    if (at_ >= text_.size() || text_[at_] != c)
      return false;
    ++at_;
    return true;
  }
  node fail(std::string what) {
    if (error_.empty())
      error_ = std::move(what);
    return {};
  }

  node choice(unsigned depth) {
    node n{node::kind::choice, {}, {}, {}};
    do {
      float weight = 1;
      if (take('/')) {
        weight = std::strtof(std::string{text_.substr(at_, 8)}.c_str(), nullptr);
        at_ = std::min(text_.find('/', at_), text_.size());
        if (!take('/') || !(weight > 0))
          return fail("a weight is written /number/");
      }
      n.parts.push_back(sequence(depth));
      n.weights.push_back(weight);
    } while (error_.empty() && take('|'));
    return n.parts.size() == 1 ? std::move(n.parts[0]) : n;
  }

  node sequence(unsigned depth) {
    node n;
    for (;;) {
      skip();
      if (!error_.empty() || at_ >= text_.size() ||
          std::string_view{"|)]"}.find(text_[at_]) != std::string_view::npos)
        break;
      auto part = atom(depth);
      if (take('+'))
        part = node{node::kind::repeat, {}, {std::move(part)}, {}};
      n.parts.push_back(std::move(part));
    }
    if (n.parts.empty())
      return fail("an empty alternative");
    return n.parts.size() == 1 ? std::move(n.parts[0]) : n;
  }

  node atom(unsigned depth) {
    if (depth > depth_max)
      return fail("nested too deep");
    if (take('('))
      return closed(choice(depth + 1), ')');
    if (take('['))
      return closed(node{node::kind::optional, {}, {choice(depth + 1)}, {}}, ']');
    if (take('<')) {
      const auto end = text_.find('>', at_);
      if (end == std::string_view::npos)
        return fail("a rule's name is not closed");
      node n{node::kind::reference, std::string{text_.substr(at_, end - at_)}, {}, {}};
      at_ = end + 1;
      return n;
    }
    const auto start = at_;
    while (at_ < text_.size() && word_letter(text_[at_]))
      ++at_;
    if (at_ == start)
      return fail("not a word");
    return {node::kind::word, std::string{text_.substr(start, at_ - start)}, {}, {}};
  }

  node closed(node n, char by) { return take(by) ? std::move(n) : fail("a bracket is not closed"); }

  std::string_view text_;
  size_t at_ = 0;
  std::string error_;
};

result<void> phrase_grammar::add(const std::string& name, std::string_view expression) {
  auto parsed = parser{expression}.parse();
  if (!parsed)
    return failure{parsed.error().kind, parsed.error().context + " of rule <" + name + ">", false};
  rules_[name] = std::move(*parsed);
  return {};
}

void phrase_grammar::collect(const node& n, const std::function<void(const node&)>& visit) {
  visit(n);
  for (const auto& part : n.parts)
    collect(part, visit);
}

std::map<std::string, std::string> phrase_grammar::words() const {
  std::map<std::string, std::string> found;
  for (const auto& [name, rule] : rules_)
    collect(rule, [&, &rule_name = name](const node& n) {
      if (n.what == node::kind::word)
        found.emplace(n.text, rule_name);
    });
  return found;
}

// True: nothing of the node can be said.
bool phrase_grammar::pruned(node& n, const std::function<bool(const std::string&)>& known) const {
  switch (n.what) {
  case node::kind::word:
    return !known(n.text);
  case node::kind::reference:
    return !rules_.contains(n.text);
  case node::kind::nothing:
    return false;
  case node::kind::optional:
    if (pruned(n.parts[0], known))
      n = node{node::kind::nothing, {}, {}, {}};
    return false;
  case node::kind::choice:
    for (size_t i = n.parts.size(); i-- > 0;)
      if (pruned(n.parts[i], known)) {
        n.parts.erase(n.parts.begin() + static_cast<std::ptrdiff_t>(i));
        n.weights.erase(n.weights.begin() + static_cast<std::ptrdiff_t>(i));
      }
    return n.parts.empty();
  case node::kind::sequence:
  case node::kind::repeat:
    break;
  }
  // Every part must be visited: a later option may need pruning too.
  bool impossible = false;
  for (auto& part : n.parts)
    impossible |= pruned(part, known);
  return impossible;
}

void phrase_grammar::prune(const std::function<bool(const std::string&)>& known) {
  for (bool again = true; again;) {
    again = false;
    for (auto it = rules_.begin(); it != rules_.end();) {
      const bool gone = pruned(it->second, known);
      again |= gone; // references to it go in the next round
      it = gone ? rules_.erase(it) : std::next(it);
    }
  }
}

bool phrase_grammar::reach(const std::string& rule, std::vector<std::string>& open,
                           std::vector<std::string>& done) const {
  if (std::find(done.begin(), done.end(), rule) != done.end())
    return true;
  const auto found = rules_.find(rule);
  if (found == rules_.end() || std::find(open.begin(), open.end(), rule) != open.end())
    return false;
  open.push_back(rule);
  bool good = true;
  collect(found->second, [&](const node& n) {
    if (n.what == node::kind::reference)
      good = good && reach(n.text, open, done);
  });
  open.pop_back();
  done.push_back(rule);
  return good;
}

bool phrase_grammar::sound(const std::string& root) const {
  std::vector<std::string> open, done;
  return reach(root, open, done);
}

void phrase_grammar::speak(const node& n, std::mt19937& random, std::string& out,
                           unsigned depth) const {
  if (depth > depth_max)
    return;
  const auto chance = [&] { return std::uniform_real_distribution<float>{0, 1}(random); };
  switch (n.what) {
  case node::kind::word:
    out += (out.empty() ? "" : " ") + n.text;
    break;
  case node::kind::reference:
    if (const auto found = rules_.find(n.text); found != rules_.end())
      speak(found->second, random, out, depth + 1);
    break;
  case node::kind::nothing:
    break;
  case node::kind::optional:
    if (chance() < 0.4f)
      speak(n.parts[0], random, out, depth + 1);
    break;
  case node::kind::repeat:
    do
      speak(n.parts[0], random, out, depth + 1);
    while (chance() < 0.7f);
    break;
  case node::kind::sequence:
    for (const auto& part : n.parts)
      speak(part, random, out, depth + 1);
    break;
  case node::kind::choice: {
    float total = 0;
    for (float weight : n.weights)
      total += weight;
    float left = chance() * total;
    size_t pick = 0;
    while (pick + 1 < n.parts.size() && (left -= n.weights[pick]) > 0)
      ++pick;
    speak(n.parts[pick], random, out, depth + 1);
  }
  }
}

std::string phrase_grammar::sample(const std::string& rule, std::mt19937& random) const {
  std::string out;
  if (const auto found = rules_.find(rule); found != rules_.end())
    speak(found->second, random, out, 0);
  return out;
}

} // namespace trunkline
