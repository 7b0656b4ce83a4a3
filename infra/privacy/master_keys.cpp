#include "infra/privacy/master_keys.hpp"

#include "infra/config/environment.hpp"
#include "infra/privacy/random.hpp"
#include "protocol/text/base64.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <optional>
#include <system_error>

namespace trunkline {

namespace {

constexpr size_t file_bytes_max = 65536;

failure bad(std::string why) {
  return {failure_kind::bad_input, std::move(why), false};
}

bool good_id(std::string_view id) {
  return !id.empty() && id.size() <= 40 && std::all_of(id.begin(), id.end(), [](unsigned char c) {
    return std::isalnum(c) || c == '-' || c == '_';
  });
}

result<master_keys::entry> read_entry(std::string_view word) {
  const auto colon = word.find(':');
  if (colon == word.npos || !good_id(word.substr(0, colon)))
    return bad("a data key is ID:BASE64, such as 'trunkline data new-key' prints");
  master_keys::entry one{std::string{word.substr(0, colon)}, {}};
  std::vector<uint8_t> raw;
  if (!base64_decode(word.substr(colon + 1), raw) || raw.size() != one.key.bytes.size())
    return bad("data key " + one.id + " is not the base64 of 32 bytes");
  std::copy(raw.begin(), raw.end(), one.key.bytes.begin());
  std::fill(raw.begin(), raw.end(), uint8_t{0});
  return one;
}

result<std::string> secret_file(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code error;
  const auto mode = fs::status(path, error).permissions();
  if (!error && (mode & (fs::perms::group_all | fs::perms::others_all)) != fs::perms::none)
    return bad(path + " can be read by others; run: chmod 600 " + path);
  return read_small_file(path, file_bytes_max);
}

// The words of a line up to a remark.
std::vector<std::string_view> words_of(std::string_view text) {
  constexpr std::string_view between = ", \t\r\n";
  std::vector<std::string_view> words;
  while (!text.empty()) {
    if (text.front() == '#') {
      text.remove_prefix(std::min(text.find('\n'), text.size()));
    } else if (between.find(text.front()) != between.npos) {
      text.remove_prefix(1);
    } else {
      const auto end = std::min(text.find_first_of(between), text.size());
      words.push_back(text.substr(0, end));
      text.remove_prefix(end);
    }
  }
  return words;
}

} // namespace

result<master_keys> master_keys::parse(std::string_view text) {
  master_keys keys;
  for (const auto word : words_of(text)) {
    auto one = read_entry(word);
    if (!one)
      return one.error();
    if (keys.find(one->id))
      return bad("data key " + one->id + " is there twice");
    keys.all_.push_back(std::move(*one));
  }
  if (keys.all_.empty())
    return bad("there is no data key in it");
  return keys;
}

const secret_key* master_keys::find(std::string_view id) const {
  const auto found =
      std::find_if(all_.begin(), all_.end(), [&](auto& one) { return one.id == id; });
  return found == all_.end() ? nullptr : &found->key;
}

result<shared_master_keys> load_master_keys(const std::string& text, const std::string& file) {
  if (text.empty() && file.empty())
    return shared_master_keys{};
  auto read = text.empty() ? secret_file(file) : result<std::string>{text};
  if (!read)
    return bad("store.data_key_file: " + read.error().context);
  auto keys = master_keys::parse(*read);
  if (!keys)
    return bad((text.empty() ? "store.data_key_file: " + file : "store.data_key") + ": " +
               keys.error().context);
  return std::make_shared<const master_keys>(std::move(*keys));
}

std::string new_master_key(std::string_view day) {
  const auto key = random_key();
  return "k" + std::string{day} + "-" + random_hex(2) + ":" + base64_encode(key.bytes);
}

} // namespace trunkline
