#pragma once

#include "infra/privacy/sealing.hpp"
#include "schema/failure.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace trunkline {

/// The keys of a deployment, from outside: TRUNKLINE_STORE_DATA_KEY or the file of
/// `store.data_key_file`. Each is `id:base64 of 32 bytes`, divided by commas, spaces or line ends;
/// what begins with # is a remark. The first one seals what is written from now on, the others only
/// open what they have sealed. They seal only other keys (and the journal), so changing them is
/// quick.
class master_keys {
public:
  struct entry {
    std::string id; ///< letters, digits, - and _
    secret_key key;
  };

  /// bad_input, one line that shows no key.
  static result<master_keys> parse(std::string_view text);

  const entry& current() const { return all_.front(); }
  /// nullptr: not known.
  const secret_key* find(std::string_view id) const;

private:
  std::vector<entry> all_;
};

/// nullptr: none are configured, and rows are kept as they are.
using shared_master_keys = std::shared_ptr<const master_keys>;
/// `text` counts when there is one, else the file, unless its name is empty.
result<shared_master_keys> load_master_keys(const std::string& text, const std::string& file);

/// A fresh line for the file: "k20261128-1f3a:<base64>".
std::string new_master_key(std::string_view day);

} // namespace trunkline
