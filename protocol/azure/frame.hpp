#pragma once

#include "schema/failure.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Messages of Azure's speech sockets: header lines before the content, as in HTTP.
//
//   text:    Name: value CRLF ... CRLF content
//   binary:  length of the head, two bytes, big-endian | Name: value CRLF ... | content

namespace trunkline {

struct azure_frame {
  std::vector<std::pair<std::string, std::string>> headers{};
  std::string content{};
};

/// The value of a header, whatever the case of its name; empty when it is absent.
std::string_view header_of(const azure_frame& frame, std::string_view name);

std::string render_azure_text(const azure_frame& frame);
/// The head must be shorter than 64 KiB; ours are.
std::string render_azure_binary(const azure_frame& frame);

/// bad_input for a message over 1 MiB or with over 64 headers, and for a binary one shorter than it
/// says. Lines that are no header are left out.
result<azure_frame> parse_azure_frame(std::string_view message, bool binary);

} // namespace trunkline
