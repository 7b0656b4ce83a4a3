#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace trunkline {

/// One field of a form; a file has a name and a type.
struct form_part {
  std::string name;
  std::string_view content{}; ///< any bytes; must outlive the rendering
  std::string file_name{};    ///< empty: a plain field
  std::string type{};         ///< Content-Type of a file
};

struct multipart_form {
  std::string content_type; ///< "multipart/form-data; boundary=..."
  std::string body;
};

/// multipart/form-data of RFC 7578. The boundary occurs in no part. Names lose line ends and
/// quotes, which could end their header.
multipart_form render_multipart(const std::vector<form_part>& parts);

} // namespace trunkline
