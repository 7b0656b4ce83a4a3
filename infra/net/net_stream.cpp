#include "infra/net/net_stream.hpp"

#include <cstdlib>
#include <mutex>

namespace trunkline {

namespace ssl = boost::asio::ssl;

void net_stream::shut_down_sending() {
  boost::system::error_code ignored;
  socket_.shutdown(tcp_socket::shutdown_send, ignored);
}

void net_stream::cut() {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

std::unique_ptr<ssl::context> server_tls(const std::string& certificate_file,
                                         const std::string& key_file) {
  auto context = std::make_unique<ssl::context>(ssl::context::tls_server);
  SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
  SSL_CTX_set_options(context->native_handle(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  context->use_certificate_chain_file(certificate_file);
  context->use_private_key_file(key_file, ssl::context::pem);
  return context;
}

std::shared_ptr<ssl::context> client_tls() {
  static std::mutex mutex;
  static std::shared_ptr<ssl::context> present;
  static std::string roots;
  const std::lock_guard lock{mutex};
  const auto* file = std::getenv("SSL_CERT_FILE"); // NOLINT(concurrency-mt-unsafe)
  const std::string wanted = file ? file : "";
  if (present && wanted == roots)
    return present;
  present = std::make_shared<ssl::context>(ssl::context::tls_client);
  SSL_CTX_set_min_proto_version(present->native_handle(), TLS1_2_VERSION);
  // OpenSSL itself honours SSL_CERT_FILE and SSL_CERT_DIR here. Without any root every
  // verification fails later, which is reported there.
  SSL_CTX_set_default_verify_paths(present->native_handle());
  present->set_verify_mode(ssl::verify_peer);
  roots = wanted;
  return present;
}

} // namespace trunkline
