#pragma once

#include "protocol/speech/recogniser_codec.hpp"
#include "tests/support/paths.hpp"

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

namespace trunkline::testing {

/// A statement on one line: "[settled ends turn early back flush over] @1200 text".
inline std::string line_of(const recognised& what) {
  std::string line = "[";
  const std::pair<bool, const char*> flags[] = {
      {what.settled, "settled"}, {what.ends_speech, "ends"}, {what.whole_turn, "turn"},
      {what.early_end, "early"}, {what.taken_back, "back"},  {what.answers_flush, "flush"},
      {what.stream_over, "over"}};
  for (const auto& [set, name] : flags)
    if (set)
      line += (line.size() > 1 ? " " : "") + std::string{name};
  line += "] @" + std::to_string(what.audio_end.count()) + " " + what.text;
  for (const auto& other : what.alternatives)
    line += " | " + other;
  return line;
}

/// What the codec makes of one message; a failure is "failure KIND: CONTEXT".
inline std::vector<std::string> lines_of(recogniser_codec& codec, std::string_view message,
                                         bool binary = false) {
  std::vector<std::string> lines;
  const auto read = codec.read(message, binary);
  if (!read)
    return {"failure " + to_string(read.error())};
  for (const auto& what : *read)
    lines.push_back(line_of(what));
  return lines;
}

/// One wire message a line, as the service sent them.
inline std::vector<std::string> golden_messages(const std::string& name) {
  std::istringstream in{read_file(source_dir() / "tests/golden" / name)};
  std::vector<std::string> messages;
  for (std::string line; std::getline(in, line);)
    if (!line.empty())
      messages.push_back(line);
  return messages;
}

/// Feeds every prefix of `message`, every byte changed, and every value of another JSON kind. What
/// is read may be a failure; it must not crash or throw, which the sanitizers see better than we.
template<class Read>
void expect_harmless(const std::string& message, Read read) {
  for (size_t cut = 0; cut <= message.size(); ++cut)
    read(message.substr(0, cut));
  for (size_t at = 0; at < message.size(); ++at)
    for (const char other : {'"', '{', '[', '0', '-', '\xFF', '\0'}) {
      auto changed = message;
      changed[at] = other;
      read(changed);
    }
  for (const char* kind :
       {"null", "[]", "{}", "0", "-1e300", "1e999", "true", "\"\"", "\"\\ud800\""})
    for (size_t at = message.find(':'); at != std::string::npos; at = message.find(':', at + 1)) {
      const auto end = message.find_first_of(",}", at);
      if (end != std::string::npos)
        read(message.substr(0, at + 1) + kind + message.substr(end));
    }
  read(std::string(1 << 20, '['));
  read("{\"type\":" + std::string(1 << 20, '[') + "}");
}

} // namespace trunkline::testing
