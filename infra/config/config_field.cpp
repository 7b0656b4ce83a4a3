#include "infra/config/config_field.hpp"

#include "infra/config/field_checks.hpp"
#include "protocol/text/utf8.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <charconv>
#include <numeric>

namespace trunkline {

namespace {

using kind = config_node::kind;

std::string_view name_of(kind type) {
  switch (type) {
  case kind::text:
    return "text";
  case kind::integer:
    return "a number";
  case kind::fraction:
    return "a fraction";
  case kind::boolean:
    return "true or false";
  case kind::list:
    return "a list";
  case kind::table:
    return "a table";
  case kind::date:
    return "a date";
  case kind::other:
    break;
  }
  return "something else";
}

std::string wanted(std::string_view what, const config_node& got) {
  return "must be " + std::string{what} + ", not " + std::string{name_of(got.type)};
}

template<class Number>
std::string_view unit_of(const Number&) {
  return "a whole number";
}
std::string_view unit_of(const std::chrono::seconds&) {
  return "a whole number of seconds";
}
std::string_view unit_of(const std::chrono::milliseconds&) {
  return "a whole number of milliseconds";
}
std::string_view unit_of(const std::chrono::minutes&) {
  return "a whole number of minutes";
}
std::string_view unit_of(const std::chrono::hours&) {
  return "a whole number of hours";
}

int64_t count_of(unsigned value) {
  return value;
}
template<class Rep, class Period>
int64_t count_of(std::chrono::duration<Rep, Period> value) {
  return value.count();
}

struct file_setter {
  const config_node& from;
  field_check check;
  int64_t min, max;

  std::optional<std::string> operator()(std::string* to) const {
    if (from.type != kind::text)
      return wanted("text in quotes", from);
    return check_text(check, from.text, *to);
  }
  std::optional<std::string> operator()(std::vector<std::string>* to) const {
    if (from.type != kind::list)
      return wanted("a list of texts, such as [\"one\", \"two\"]", from);
    std::vector<std::string> items;
    for (const auto& item : from.items) {
      if (item.type != kind::text && !(item.type == kind::date && check == field_check::day))
        return "has an item that must be text in quotes, not " + std::string{name_of(item.type)};
      items.push_back(item.text);
    }
    return check_list(check, std::move(items), *to);
  }
  std::optional<std::string> operator()(bool* to) const {
    if (from.type != kind::boolean)
      return wanted("true or false", from);
    *to = from.boolean;
    return {};
  }
  std::optional<std::string> operator()(listen_address* to) const {
    if (from.type != kind::text)
      return wanted("text such as \"127.0.0.1:8080\"", from);
    return check_listen(from.text, *to);
  }
  std::optional<std::string> operator()(double* to) const {
    if (from.type != kind::integer && from.type != kind::fraction)
      return wanted("a number such as 0.5", from);
    const auto value =
        from.type == kind::integer ? static_cast<double>(from.integer) : from.fraction;
    if (!(value >= static_cast<double>(min) && value <= static_cast<double>(max)))
      return "must be between " + std::to_string(min) + " and " + std::to_string(max);
    *to = value;
    return {};
  }
  template<class Number>
  std::optional<std::string> operator()(Number* to) const {
    if (from.type != kind::integer)
      return wanted(unit_of(*to), from);
    if (from.integer < min || from.integer > max)
      return "is " + std::to_string(from.integer) + "; it must be between " + std::to_string(min) +
             " and " + std::to_string(max);
    *to = Number(from.integer);
    return {};
  }
};

struct text_setter {
  const std::string& from;
  field_check check;
  int64_t min, max;

  std::optional<std::string> operator()(std::string* to) const {
    if (!is_valid_utf8(from))
      return "is not valid UTF-8";
    return check_text(check, from, *to);
  }
  std::optional<std::string> operator()(std::vector<std::string>* to) const {
    if (!is_valid_utf8(from))
      return "is not valid UTF-8";
    return check_list(check, comma_list(from), *to);
  }
  std::optional<std::string> operator()(bool* to) const {
    if (from == "true" || from == "1")
      *to = true;
    else if (from == "false" || from == "0")
      *to = false;
    else
      return "must be true or false";
    return {};
  }
  std::optional<std::string> operator()(listen_address* to) const {
    return check_listen(from, *to);
  }
  std::optional<std::string> operator()(double* to) const {
    config_node node;
    const auto [stop, error] =
        std::from_chars(from.data(), from.data() + from.size(), node.fraction);
    if (error != std::errc{} || stop != from.data() + from.size())
      return "must be a number such as 0.5";
    node.type = kind::fraction;
    return file_setter{node, check, min, max}(to);
  }
  template<class Number>
  std::optional<std::string> operator()(Number* to) const {
    config_node node;
    const auto [stop, error] =
        std::from_chars(from.data(), from.data() + from.size(), node.integer);
    if (error != std::errc{} || stop != from.data() + from.size())
      return "must be " + std::string{unit_of(*to)};
    node.type = kind::integer;
    return file_setter{node, check, min, max}(to);
  }
};

struct toml_writer {
  std::string operator()(std::string* value) const { return toml_quoted(*value); }
  std::string operator()(std::vector<std::string>* value) const {
    std::string list;
    for (const auto& item : *value)
      list += (list.empty() ? "" : ", ") + toml_quoted(item);
    return "[" + list + "]";
  }
  std::string operator()(bool* value) const { return *value ? "true" : "false"; }
  std::string operator()(listen_address* value) const { return toml_quoted(to_string(*value)); }
  std::string operator()(double* value) const {
    char text[32];
    const auto [end, error] = std::to_chars(text, text + sizeof text, *value);
    const std::string shown{text, error == std::errc{} ? end : text};
    return shown.find_first_of(".e") == std::string::npos ? shown + ".0" : shown;
  }
  std::string operator()(auto* value) const { return std::to_string(count_of(*value)); }
};

} // namespace

std::optional<std::string> set_field(field_ref to, const config_node& from, field_check check,
                                     int64_t min, int64_t max) {
  return std::visit(file_setter{from, check, min, max}, to);
}

std::optional<std::string> set_field(field_ref to, const std::string& from, field_check check,
                                     int64_t min, int64_t max) {
  return std::visit(text_setter{from, check, min, max}, to);
}

std::string field_type(field_ref of) {
  struct namer {
    std::string operator()(std::string*) const { return "text"; }
    std::string operator()(std::vector<std::string>*) const { return "list of texts"; }
    std::string operator()(bool*) const { return "true or false"; }
    std::string operator()(listen_address*) const { return "address:port"; }
    std::string operator()(unsigned*) const { return "number"; }
    std::string operator()(double*) const { return "number"; }
    std::string operator()(std::chrono::seconds*) const { return "seconds"; }
    std::string operator()(std::chrono::milliseconds*) const { return "milliseconds"; }
    std::string operator()(std::chrono::minutes*) const { return "minutes"; }
    std::string operator()(std::chrono::hours*) const { return "hours"; }
  };
  return std::visit(namer{}, of);
}

std::string toml_quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      char code[8];
      std::snprintf(code, sizeof code, "\\u%04x", unsigned(static_cast<unsigned char>(c)));
      quoted += code;
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

std::string field_toml(field_ref of) {
  return std::visit(toml_writer{}, of);
}

std::string field_text(field_ref of) {
  if (auto** text = std::get_if<std::string*>(&of))
    return **text;
  if (auto** address = std::get_if<listen_address*>(&of))
    return to_string(**address);
  if (auto** list = std::get_if<std::vector<std::string>*>(&of))
    return std::accumulate((*list)->begin(), (*list)->end(), std::string{},
                           [](std::string all, const std::string& item) {
                             return all.empty() ? item : std::move(all) + "," + item;
                           });
  return field_toml(of);
}

std::optional<listen_address> parse_listen_address(std::string_view text) {
  listen_address address;
  const auto colon = text.rfind(':');
  auto port = text;
  if (colon != std::string_view::npos) {
    auto host = text.substr(0, colon);
    port = text.substr(colon + 1);
    if (host.starts_with('[') && host.ends_with(']'))
      host = host.substr(1, host.size() - 2);
    else if (host.find(':') != std::string_view::npos)
      return std::nullopt; // an IPv6 address needs brackets to tell its port
    address.host = host == "localhost" ? "127.0.0.1" : std::string{host};
  }
  boost::system::error_code error;
  boost::asio::ip::make_address(address.host, error);
  unsigned number = 0;
  const auto [stop, bad] = std::from_chars(port.data(), port.data() + port.size(), number);
  if (error || port.empty() || bad != std::errc{} || stop != port.data() + port.size() ||
      number > 65535)
    return std::nullopt;
  address.port = static_cast<uint16_t>(number);
  return address;
}

std::string to_string(const listen_address& address) {
  const bool six = address.host.find(':') != std::string::npos;
  return (six ? "[" + address.host + "]" : address.host) + ":" + std::to_string(address.port);
}

bool is_loopback(std::string_view host) {
  if (host == "localhost")
    return true;
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(std::string{host}, error);
  return !error && address.is_loopback();
}

std::optional<std::string> nearest_name(std::string_view name,
                                        const std::vector<std::string>& candidates) {
  std::optional<std::string> best;
  if (name.size() > 100)
    return best;
  auto best_distance = std::min<size_t>(3, name.size() / 2);
  for (const auto& candidate : candidates) {
    std::vector<size_t> row(candidate.size() + 1);
    std::iota(row.begin(), row.end(), size_t{0});
    for (size_t i = 1; i <= name.size(); ++i) {
      auto diagonal = std::exchange(row[0], i);
      for (size_t j = 1; j <= candidate.size(); ++j) {
        const auto replaced = diagonal + (name[i - 1] != candidate[j - 1]);
        diagonal = row[j];
        row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
      }
    }
    if (row.back() <= best_distance && (!best || row.back() < best_distance)) {
      best_distance = row.back();
      best = candidate;
    }
  }
  return best;
}

} // namespace trunkline
