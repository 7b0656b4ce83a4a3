#include "infra/privacy/sealed_text.hpp"

#include "infra/log/log.hpp"
#include "protocol/text/base64.hpp"

#include <vector>

namespace trunkline {

namespace {

constexpr std::string_view mark = "s1.";
constexpr std::string_view of_rows = "rows";

std::string written(const secret_key& key, std::string_view whose, std::string_view text,
                    std::string_view place) {
  std::string all{mark};
  all.append(whose).append(".").append(base64_encode(seal(key, text, place)));
  return all;
}

} // namespace

std::string sealed_text::seal_for(const person& who, std::string_view text,
                                  std::string_view place) {
  if (text.empty() || !who.key)
    return {};
  return written(*who.key, who.id, text, place);
}

result<std::string> sealed_text::seal_for_rows(std::string_view text, std::string_view place) {
  const auto key = keys_.key_for("rows");
  if (!key)
    return key.error();
  return written(*key, of_rows, text, place);
}

result<void> sealed_text::open(std::string& text, std::string_view place) {
  if (!text.starts_with(mark))
    return {};
  const auto dot = text.find('.', mark.size());
  const auto whose = text.substr(mark.size(), dot == text.npos ? dot : dot - mark.size());
  std::vector<uint8_t> raw;
  if (dot == text.npos || (whose != of_rows && !is_person_id(whose)) ||
      !base64_decode(std::string_view{text}.substr(dot + 1), raw))
    return {}; // somebody's own words
  std::optional<secret_key> key;
  if (whose == of_rows) {
    auto known = keys_.key_for("rows");
    if (!known)
      return known.error();
    key = *known;
  } else {
    const auto who = keys_.by_id(whose);
    if (!who && who.error().kind != failure_kind::not_found)
      return who.error();
    if (who)
      key = who->key;
  }
  if (!key) {
    text.clear();
    return {};
  }
  const std::string_view sealed{reinterpret_cast<const char*>(raw.data()), raw.size()};
  if (auto opened = unseal(*key, sealed, place)) {
    text = std::move(*opened);
  } else {
    log_event(log_level::error, "data.unreadable", {{"place", std::string{place}}});
    text = unreadable;
  }
  return {};
}

} // namespace trunkline
