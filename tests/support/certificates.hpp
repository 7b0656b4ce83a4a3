#pragma once

#include <filesystem>
#include <string>

namespace trunkline::testing {

/// A certificate authority of the test's own, in PEM files below `directory`.
class certificate_authority {
public:
  explicit certificate_authority(std::filesystem::path directory);
  ~certificate_authority();
  certificate_authority(const certificate_authority&) = delete;
  certificate_authority& operator=(const certificate_authority&) = delete;

  std::string root_file() const;
  /// Writes NAME.pem and NAME.key for a server; `alternative_names` as OpenSSL spells them:
  /// "DNS:localhost,IP:127.0.0.1".
  void issue(const std::string& name, const std::string& alternative_names,
             bool expired = false) const;
  std::string certificate_file(const std::string& name) const;
  std::string key_file(const std::string& name) const;

private:
  struct state;
  const std::filesystem::path directory_;
  state* const state_;
};

} // namespace trunkline::testing
