#include "support/test_certificate.h"

#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <filesystem>
#include <memory>

namespace tickerhub::testing {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using FilePtr = std::unique_ptr<std::FILE, CloseFile>;
using KeyPtr = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using CertificatePtr = std::unique_ptr<X509, decltype(&X509_free)>;

FilePtr Create(const std::string& name) {
  return FilePtr(std::fopen(name.c_str(), "w"));
}

bool AddNames(X509* certificate) {
  const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> names(
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name,
                          "DNS:localhost,IP:127.0.0.1"),
      X509_EXTENSION_free);
  return names != nullptr && X509_add_ext(certificate, names.get(), -1) == 1;
}

bool Fill(X509* certificate, EVP_PKEY* key,
          const TestCertificate::Options& options) {
  X509_NAME* const name = X509_get_subject_name(certificate);
  const auto* const text =
      reinterpret_cast<const unsigned char*>(options.name.c_str());
  return X509_set_version(certificate, X509_VERSION_3) == 1 &&
         ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1) == 1 &&
         X509_gmtime_adj(X509_getm_notBefore(certificate), options.begins) !=
             nullptr &&
         X509_gmtime_adj(X509_getm_notAfter(certificate), options.ends) !=
             nullptr &&
         X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, -1, -1,
                                    0) == 1 &&
         X509_set_issuer_name(certificate, name) == 1 &&
         X509_set_pubkey(certificate, key) == 1 && AddNames(certificate) &&
         X509_sign(certificate, key, EVP_sha256()) > 0;
}

bool WriteKey(const std::string& file_name, EVP_PKEY* key,
              const std::string& password) {
  const FilePtr file = Create(file_name);
  const auto* const text =
      reinterpret_cast<const unsigned char*>(password.data());
  const bool has_password = !password.empty();
  return file != nullptr &&
         PEM_write_PrivateKey(
             file.get(), key, has_password ? EVP_aes_128_cbc() : nullptr,
             has_password ? text : nullptr, static_cast<int>(password.size()),
             nullptr, nullptr) == 1;
}

}  // namespace

TestCertificate::TestCertificate(const Options& options) {
  const KeyPtr key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const CertificatePtr made(X509_new(), X509_free);
  EXPECT_TRUE(Fill(made.get(), key.get(), options));
  const FilePtr file = Create(certificate());
  EXPECT_TRUE(file != nullptr && PEM_write_X509(file.get(), made.get()) == 1);
  EXPECT_TRUE(WriteKey(this->key(), key.get(), options.password));
}

void TestCertificate::ReplaceBy(const TestCertificate& other) const {
  constexpr auto kOver = std::filesystem::copy_options::overwrite_existing;
  std::filesystem::copy_file(other.certificate(), certificate(), kOver);
  std::filesystem::copy_file(other.key(), key(), kOver);
}

}  // namespace tickerhub::testing
