#include "tests/support/certificates.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>
#include <stdexcept>

namespace trunkline::testing {

namespace {

using key_ptr = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using certificate_ptr = std::unique_ptr<X509, decltype(&X509_free)>;

void check(bool ok) {
  if (!ok)
    throw std::runtime_error("OpenSSL could not make a test certificate");
}

void add_extension(X509* to, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, to, nullptr, nullptr, 0);
  auto* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
  check(extension != nullptr);
  X509_add_ext(to, extension, -1);
  X509_EXTENSION_free(extension);
}

certificate_ptr make_certificate(const std::string& name, EVP_PKEY* key, X509* issuer,
                                 EVP_PKEY* issuer_key, const std::string& alternative_names,
                                 bool expired = false) {
  static long serial = 1;
  certificate_ptr made{X509_new(), X509_free};
  X509_set_version(made.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(made.get()), serial++);
  X509_gmtime_adj(X509_getm_notBefore(made.get()), expired ? -7200 : -3600);
  X509_gmtime_adj(X509_getm_notAfter(made.get()), expired ? -3600 : 24 * 3600);
  X509_set_pubkey(made.get(), key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(made.get()), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  auto* signer = issuer ? issuer : made.get();
  X509_set_issuer_name(made.get(), X509_get_subject_name(signer));
  add_extension(made.get(), signer, NID_basic_constraints,
                issuer ? "critical,CA:FALSE" : "critical,CA:TRUE");
  if (!alternative_names.empty())
    add_extension(made.get(), signer, NID_subject_alt_name, alternative_names);
  check(X509_sign(made.get(), issuer_key, EVP_sha256()) > 0);
  return made;
}

void write(const std::filesystem::path& path, X509* certificate, EVP_PKEY* key) {
  const std::unique_ptr<FILE, int (*)(FILE*)> file{std::fopen(path.c_str(), "w"), std::fclose};
  check(file && (certificate ? PEM_write_X509(file.get(), certificate)
                             : PEM_write_PrivateKey(file.get(), key, nullptr, nullptr, 0, nullptr,
                                                    nullptr)) == 1);
}

} // namespace

struct certificate_authority::state {
  key_ptr key{EVP_EC_gen("P-256"), EVP_PKEY_free};
  certificate_ptr root = make_certificate("test root", key.get(), nullptr, key.get(), "");
};

certificate_authority::certificate_authority(std::filesystem::path directory)
    : directory_(std::move(directory)), state_(new state) {
  write(root_file(), state_->root.get(), nullptr);
}

certificate_authority::~certificate_authority() {
  delete state_;
}

std::string certificate_authority::root_file() const {
  return directory_ / "root.pem";
}

std::string certificate_authority::certificate_file(const std::string& name) const {
  return directory_ / (name + ".pem");
}

std::string certificate_authority::key_file(const std::string& name) const {
  return directory_ / (name + ".key");
}

void certificate_authority::issue(const std::string& name, const std::string& alternative_names,
                                  bool expired) const {
  const key_ptr key{EVP_EC_gen("P-256"), EVP_PKEY_free};
  const auto made = make_certificate(name, key.get(), state_->root.get(), state_->key.get(),
                                     alternative_names, expired);
  write(certificate_file(name), made.get(), nullptr);
  write(key_file(name), nullptr, key.get());
}

} // namespace trunkline::testing
