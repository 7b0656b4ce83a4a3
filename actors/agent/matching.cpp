#include "actors/agent/matching.hpp"

#include "actors/agent/phrases.hpp"

#include <algorithm>
#include <cctype>
#include <map>

namespace trunkline {

namespace {

using word_span = std::span<const std::string>;

constexpr double similarity_min = 0.8;
constexpr size_t name_words_max = 4;

struct window {
  double score = 0;
  size_t from = 0, count = 0;
};

// Where the words come nearest to `wanted`, with a word more or less than it has.
window nearest(word_span words, const std::string& wanted) {
  const auto target = split_words(wanted);
  const auto joined = join_words(target, "");
  window best;
  if (joined.size() < 3)
    return best;
  const size_t least = target.size() > 1 ? target.size() - 1 : 1;
  for (size_t from = 0; from < words.size(); ++from)
    for (size_t count = least; count <= target.size() + 1 && from + count <= words.size();
         ++count) {
      const auto heard = join_words(words.subspan(from, count), "");
      auto score = similarity(heard, joined);
      if (joined.size() < 6 && score < 1)
        score = 0; // short words must be right
      if (count == 1 && target.size() == 1 && heard.size() >= 5 &&
          stem_of(heard) == stem_of(joined))
        score = std::max(score, 0.95); // "cleaned" for "cleaning"
      if (score > best.score)
        best = {score, from, count};
    }
  return best;
}

struct candidate {
  size_t index;
  std::string phrase;
};

std::optional<size_t> match(word_span words, const std::vector<candidate>& candidates,
                            std::vector<bool>& used) {
  std::optional<size_t> found;
  double best = 0;
  window place;
  for (const auto& each : candidates) {
    const auto hit = nearest(words, each.phrase);
    // Of two that fit, the longer one says more.
    const auto score = hit.score + 0.01 * static_cast<double>(each.phrase.size());
    if (hit.score >= similarity_min && score > best) {
      best = score;
      found = each.index;
      place = hit;
    }
  }
  for (size_t i = place.from; found && i < place.from + place.count; ++i)
    used[i] = true;
  return found;
}

std::string without_article(const std::string& phrase) {
  return phrase.starts_with("the ") ? phrase.substr(4) : phrase;
}

// Long words that only one candidate has.
std::vector<candidate> telling_words(const std::vector<candidate>& candidates) {
  std::map<std::string, std::pair<size_t, bool>> owners;
  for (const auto& each : candidates)
    for (const auto& word : split_words(each.phrase)) {
      auto [owner, added] = owners.try_emplace(word, each.index, true);
      if (!added && owner->second.first != each.index)
        owner->second.second = false;
    }
  std::vector<candidate> telling;
  for (const auto& [word, owner] : owners)
    if (owner.second && word.size() >= 6 && !is_common_word(word))
      telling.push_back({owner.first, word});
  return telling;
}

std::string capitalised(std::string word) {
  for (size_t i = 0; i < word.size(); ++i)
    if (i == 0 || (word[i - 1] == '\'' && i + 2 < word.size()))
      word[i] = static_cast<char>(std::toupper(static_cast<unsigned char>(word[i])));
  return word;
}

bool is_name_word(const std::string& word) {
  return !is_common_word(word) && !is_filler(word) &&
         std::all_of(word.begin(), word.end(), [](char c) {
           return std::isalpha(static_cast<unsigned char>(c)) || c == '\'' || (c & 0x80);
         });
}

// Names from a position on; letters spelled one by one become a word.
std::string name_from(word_span words, const std::vector<bool>& used, size_t from) {
  word_list parts;
  std::string spelled;
  auto end_spelling = [&] {
    if (spelled.size() > 1 && (parts.empty() || parts.back() != spelled))
      parts.push_back(spelled);
    spelled.clear();
  };
  for (size_t i = from; i < words.size() && !used[i]; ++i) {
    const auto& word = words[i];
    if (word.size() == 1 && std::isalpha(static_cast<unsigned char>(word[0])) &&
        (!spelled.empty() || (i + 1 < words.size() && words[i + 1].size() == 1))) {
      spelled += word;
      continue;
    }
    end_spelling();
    if (!is_name_word(word) || parts.size() == name_words_max)
      break;
    parts.push_back(word);
  }
  end_spelling();
  for (auto& part : parts)
    part = capitalised(part);
  return join_words(parts);
}

// "for crowns" and "this is ridiculous" name nobody: unasked, a single word after these needs more
// of the sentence behind it.
bool is_certain(word_span words, std::string_view marker, size_t from, const std::string& name) {
  if (marker != "for" && marker != "this is")
    return true;
  if (name.find(' ') != std::string::npos)
    return true;
  if (marker == "for" || from + 1 >= words.size())
    return false;
  for (const auto* next : {"i", "i'd", "i'm", "and", "calling", "from", "can", "could", "speaking"})
    if (words[from + 1] == next)
      return true;
  return false;
}

} // namespace

std::optional<size_t> match_service(std::span<const std::string> words, const assistant& who,
                                    std::vector<bool>& used) {
  std::vector<candidate> candidates;
  for (size_t i = 0; i < who.services.size(); ++i) {
    candidates.push_back({i, who.services[i].name});
    for (const auto& alias : who.services[i].aliases)
      candidates.push_back({i, alias});
  }
  if (const auto found = match(words, candidates, used))
    return found;
  return match(words, telling_words(candidates), used);
}

std::optional<size_t> match_staff(std::span<const std::string> words, const assistant& who,
                                  std::vector<bool>& used) {
  std::vector<candidate> candidates;
  for (size_t i = 0; i < who.staff.size(); ++i) {
    candidates.push_back({i, who.staff[i].name});
    candidates.push_back({i, who.staff[i].title});
    if (const auto parts = split_words(who.staff[i].name); parts.size() > 1)
      candidates.push_back({i, parts.back()}); // "lee" for "Doctor Lee"
    for (const auto& alias : who.staff[i].aliases)
      candidates.push_back({i, without_article(alias)});
  }
  if (const auto found = match(words, candidates, used))
    return found;
  return match(words, telling_words(candidates), used);
}

std::string find_name(std::span<const std::string> words, const std::vector<bool>& used,
                      name_hint hint) {
  struct marker {
    std::string_view phrase;
    size_t count;
    bool weak; ///< means a name only when one was asked for
  };
  constexpr marker markers[] = {{"my name is", 3, false},
                                {"my name's", 2, false},
                                {"the name is", 3, false},
                                {"name is", 2, false},
                                {"name's", 1, false},
                                {"under the name of", 4, false},
                                {"under the name", 3, false},
                                {"this is", 2, false},
                                {"call me", 2, true},
                                {"i'm", 1, true},
                                {"i am", 2, true},
                                {"it's", 1, true},
                                {"it is", 2, true},
                                {"under", 1, true},
                                {"for", 1, false}};
  for (const auto& each : markers) {
    if (each.weak && hint == name_hint::none)
      continue;
    for (auto at = find_phrase(words, each.phrase); at != std::string::npos;
         at = find_phrase(words, each.phrase, at + 1))
      if (auto name = name_from(words, used, at + each.count);
          !name.empty() &&
          (hint != name_hint::none || is_certain(words, each.phrase, at + each.count, name)))
        return name;
  }
  if (hint != name_hint::asked)
    return {};
  for (size_t i = 0; i < words.size(); ++i)
    if (auto name = name_from(words, used, i); !name.empty())
      return name;
  return {};
}

} // namespace trunkline
