#include "bench/carrier/caller_script.hpp"

#include "infra/speech/flite_voice.hpp"
#include "infra/time/zone.hpp"
#include "protocol/audio/mulaw.hpp"
#include "protocol/audio/resample.hpp"
#include "protocol/audio/wav.hpp"
#include "schema/embedded.hpp"

#include <toml++/toml.h>

#include <array>
#include <fstream>
#include <locale>
#include <map>
#include <mutex>
#include <random>
#include <regex>
#include <sstream>

namespace trunkline {

namespace {

constexpr size_t lines_max = 200;
constexpr unsigned uses_max = 20;

// Collects the first thing wrong, with its place.
class reader {
public:
  explicit reader(std::string name) : name_(std::move(name)) {}

  const std::optional<failure>& problem() const { return problem_; }

  void complain(const toml::source_region& where, const std::string& what) {
    if (!problem_)
      problem_ =
          failure{failure_kind::bad_input, name_ + ":" + std::to_string(where.begin.line) + ":" +
                                               std::to_string(where.begin.column) + ": " + what};
  }

  template<class T>
  void value(const toml::node& node, std::string_view key, T& to) {
    if (const auto got = node.value_exact<T>())
      to = *got;
    else
      complain(node.source(), "\"" + std::string{key} + "\" has a value of the wrong kind");
  }

  void number(const toml::node& node, std::string_view key, int64_t max, int64_t& to) {
    value(node, key, to);
    if (to < 0 || to > max)
      complain(node.source(),
               "\"" + std::string{key} + "\" must be from 0 to " + std::to_string(max));
  }

  void texts(const toml::node& node, std::string_view key, std::vector<std::string>& to) {
    if (const auto one = node.value_exact<std::string>()) {
      to.push_back(*one);
      return;
    }
    const auto* list = node.as_array();
    if (!list) {
      complain(node.source(), "\"" + std::string{key} + "\" must be a text or a list of texts");
      return;
    }
    for (const auto& entry : *list)
      value(entry, key, to.emplace_back());
  }

  void regex(const toml::node& node, const std::string& pattern) {
    try {
      (void)agent_pattern(pattern);
    } catch (const std::regex_error&) {
      complain(node.source(), "not a regular expression: " + pattern);
    }
  }

  void line(const toml::table& table, script_line& to) {
    for (const auto& [key, node] : table) {
      int64_t ms = 0;
      if (key == "when") {
        value(node, key, to.when);
        regex(node, to.when);
      } else if (key == "say") {
        texts(node, key, to.say);
      } else if (key == "unseen") {
        texts(node, key, to.unseen);
      } else if (key == "wav") {
        value(node, key, to.wav);
      } else if (key == "dtmf") {
        value(node, key, to.dtmf);
        if (to.dtmf.find_first_not_of("0123456789*#ABCDw") != std::string::npos)
          complain(node.source(), "\"dtmf\" takes 0-9 * # A-D, and w for a pause");
      } else if (key == "hang_up") {
        value(node, key, to.hang_up);
      } else if (key == "pause_ms") {
        number(node, key, 600'000, ms);
        to.pause = std::chrono::milliseconds{ms};
      } else if (key == "barge_in_ms") {
        number(node, key, 600'000, ms);
        to.barge_in = std::chrono::milliseconds{ms};
      } else if (key == "max_uses") {
        number(node, key, uses_max, ms);
        to.max_uses = static_cast<unsigned>(ms);
      } else {
        complain(key.source(), "a line has no key \"" + std::string{key.str()} +
                                   "\"; it takes when, say, unseen, wav, pause_ms, barge_in_ms, "
                                   "dtmf, hang_up, max_uses");
      }
    }
    if (to.say.empty() && to.unseen.empty() && to.wav.empty() && to.dtmf.empty() && !to.hang_up)
      complain(table.source(), "a line needs say, wav, dtmf or hang_up");
  }

  void expect(const toml::table& table, caller_script& to) {
    for (const auto& [key, node] : table) {
      if (key == "outcome") {
        value(node, key, to.outcome);
      } else if (key == "said") {
        texts(node, key, to.said);
        for (const auto& pattern : to.said)
          regex(node, pattern);
      } else if (key == "appointment" && node.is_table()) {
        appointment(*node.as_table(), to.appointment.emplace());
      } else {
        complain(key.source(), "[expect] has no key \"" + std::string{key.str()} +
                                   "\"; it takes outcome, said and appointment");
      }
    }
  }

  void appointment(const toml::table& table, expected_appointment& to) {
    for (const auto& [key, node] : table) {
      auto* member = key == "service"     ? &to.service
                     : key == "weekday"   ? &to.weekday
                     : key == "time"      ? &to.time
                     : key == "time_zone" ? &to.time_zone
                                          : nullptr;
      if (!member) {
        complain(key.source(), "[expect.appointment] has no key \"" + std::string{key.str()} +
                                   "\"; it takes service, weekday, time, time_zone");
        return;
      }
      value(node, key, *member);
    }
    if (!to.weekday.empty() && !weekday_number(to.weekday))
      complain(table.source(), "no such weekday: \"" + to.weekday + "\"");
    if (!to.time.empty() && !parse_iso_time(to.time))
      complain(table.source(), "not a time such as 14:30: \"" + to.time + "\"");
    if (!check_zone(to.time_zone))
      complain(table.source(), "no such time zone: \"" + to.time_zone + "\"");
  }

private:
  const std::string name_;
  std::optional<failure> problem_;
};

result<mulaw_audio> load_wav(const std::filesystem::path& path) {
  std::ifstream in{path, std::ios::binary};
  std::ostringstream bytes;
  bytes << in.rdbuf();
  if (!in)
    return failure{failure_kind::not_found, "cannot read " + path.string()};
  const auto sound = read_wav(bytes.str());
  if (!sound)
    return failure{failure_kind::bad_input, path.string() + ": " + sound.error().context};
  const auto samples = resample(mixed_down(*sound), sound->rate, 8000);
  if (!samples)
    return samples.error();
  return std::make_shared<const std::vector<uint8_t>>(mulaw_encode(*samples));
}

std::vector<std::string> drawn_from(const script_line& line, paraphrases which) {
  auto texts = which == paraphrases::unseen ? line.unseen : line.say;
  if (which == paraphrases::all)
    texts.insert(texts.end(), line.unseen.begin(), line.unseen.end());
  return texts.empty() ? (line.say.empty() ? line.unseen : line.say) : texts;
}

} // namespace

std::regex agent_pattern(const std::string& pattern) {
  // The library fills this table when it is first asked, without a lock.
  [[maybe_unused]] static const bool filled = [] {
    std::array<char, 1> narrow;
    std::use_facet<std::ctype<char>>(std::locale::classic()).narrow("a", "a" + 1, 0, narrow.data());
    return true;
  }();
  constexpr std::string_view no_case = "(?i)"; // understood elsewhere, but not by std::regex
  const bool said = pattern.starts_with(no_case);
  return std::regex{said ? pattern.substr(no_case.size()) : pattern,
                    std::regex::icase | std::regex::optimize};
}

result<caller_script> parse_caller_script(std::string_view text, std::string name) {
  caller_script script;
  script.name = name;
  reader in{name};
  toml::table root;
  try {
    root = toml::parse(text);
  } catch (const toml::parse_error& error) {
    in.complain(error.source(), std::string{error.description()});
    return *in.problem();
  }
  for (const auto& [key, node] : root) {
    if (key == "line" && node.is_array_of_tables()) {
      for (const auto& entry : *node.as_array())
        in.line(*entry.as_table(), script.lines.emplace_back());
    } else if (key == "expect" && node.is_table()) {
      in.expect(*node.as_table(), script);
    } else if (key != "name" && key != "description" && key != "about") {
      in.complain(key.source(), "a script has no \"" + std::string{key.str()} +
                                    "\"; it takes [[line]] and [expect]");
    }
  }
  if (in.problem())
    return *in.problem();
  if (script.lines.size() > lines_max)
    return failure{failure_kind::bad_input,
                   name + " has over " + std::to_string(lines_max) + " lines"};
  return script;
}

result<caller_script> load_caller_script(const std::string& name_or_file) {
  if (const auto shipped = embedded_text("bench/scripts/" + name_or_file + ".toml"))
    return parse_caller_script(*shipped, name_or_file);
  std::ifstream in{name_or_file, std::ios::binary};
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) {
    std::string shipped;
    for (const auto& file : embedded_files())
      if (file.path.starts_with("bench/scripts/"))
        shipped += " " + std::filesystem::path{file.path}.stem().string();
    return failure{failure_kind::not_found,
                   "no script \"" + name_or_file + "\": give a file, or one of:" + shipped};
  }
  auto script = parse_caller_script(text.str(), name_or_file);
  if (script)
    script->folder = std::filesystem::path{name_or_file}.parent_path();
  return script;
}

result<paraphrases> to_paraphrases(std::string_view text) {
  if (text == "seen")
    return paraphrases::seen;
  if (text == "unseen")
    return paraphrases::unseen;
  if (text == "all")
    return paraphrases::all;
  return failure{failure_kind::bad_input, "paraphrases are seen, unseen or all"};
}

result<mulaw_audio> speak(const std::string& voice, const std::string& text) {
  static std::mutex mutex;
  static std::map<std::pair<std::string, std::string>, mulaw_audio> spoken;
  const std::pair key{voice, text};
  {
    const std::lock_guard lock{mutex};
    if (const auto known = spoken.find(key); known != spoken.end())
      return known->second;
  }
  auto audio = synthesize_mulaw(voice, text);
  if (!audio)
    return audio.error();
  auto shared = std::make_shared<const std::vector<uint8_t>>(std::move(*audio));
  const std::lock_guard lock{mutex};
  spoken.emplace(key, shared);
  return mulaw_audio{std::move(shared)};
}

result<spoken_script> speak_script(const caller_script& script, const std::string& voice,
                                   uint64_t seed, paraphrases which) {
  spoken_script spoken{script, {}};
  std::mt19937_64 random{seed};
  for (const auto& line : script.lines) {
    auto& made = spoken.lines.emplace_back(spoken_line{line, {}});
    const auto texts = drawn_from(line, which);
    for (unsigned i = 0; i < line.max_uses; ++i) {
      auto& use = made.uses.emplace_back();
      if (!line.wav.empty()) {
        auto audio = load_wav(script.folder / line.wav);
        if (!audio)
          return audio.error();
        use = {"(" + line.wav + ")", std::move(*audio)};
      } else if (!texts.empty()) {
        use.text = texts[random() % texts.size()];
        auto audio = speak(voice, use.text);
        if (!audio)
          return audio.error();
        use.audio = std::move(*audio);
      }
    }
  }
  return spoken;
}

} // namespace trunkline
