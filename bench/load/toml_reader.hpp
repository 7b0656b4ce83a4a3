#pragma once

#include "schema/failure.hpp"

#include <toml++/toml.h>

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace trunkline {

/// Reads a TOML document and keeps the first thing that is wrong with its place.
class toml_reader {
public:
  struct member {
    std::string_view key;
    std::function<void(const toml::node&)> read;
  };

  explicit toml_reader(std::string name) : name_(std::move(name)) {}

  const std::optional<failure>& problem() const { return problem_; }
  void complain(const toml::source_region& where, const std::string& what);
  void complain(const toml::node& node, const std::string& what) { complain(node.source(), what); }

  /// Nothing, with a problem, when it is not TOML.
  std::optional<toml::table> parse(std::string_view text);
  /// Each key goes to its reader; an unknown one is a problem that lists the known.
  void members(const toml::table& table, const std::string& what, const std::vector<member>& known);

  void text(const toml::node& node, std::string_view key, std::string& to);
  void flag(const toml::node& node, std::string_view key, bool& to);
  void whole(const toml::node& node, std::string_view key, std::pair<int64_t, int64_t> range,
             int64_t& to);
  void number(const toml::node& node, std::string_view key, std::pair<double, double> range,
              double& to);
  /// One text, or a list of them.
  void texts(const toml::node& node, std::string_view key, std::vector<std::string>& to);

  template<class T, size_t N>
  void choice(const toml::node& node, std::string_view key,
              const std::array<std::pair<std::string_view, T>, N>& choices, T& to) {
    std::string word, listed;
    text(node, key, word);
    for (const auto& [name, value] : choices) {
      listed += (listed.empty() ? "" : ", ") + std::string{name};
      if (name == word) {
        to = value;
        return;
      }
    }
    complain(node, "\"" + std::string{key} + "\" must be one of " + listed);
  }

private:
  void wrong_kind(const toml::node& node, std::string_view key, const std::string& wanted);

  const std::string name_;
  std::optional<failure> problem_;
};

} // namespace trunkline
