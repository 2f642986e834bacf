/**
 * API keys. The path of a look-up: {@link dev.tollgate.tenants.secrets.KeyText} tells a typing error by the checksum,
 * {@link dev.tollgate.tenants.apikeys.KeyDirectory} finds the key in memory, and
 * {@link dev.tollgate.tenants.secrets.PepperedHash} decides whether the secret is right. What the directory holds comes
 * from {@link dev.tollgate.tenants.apikeys.JdbcApiKeyStore}, at start and whenever the change feed names a key.
 */
@NullMarked
package dev.tollgate.tenants.apikeys;

import org.jspecify.annotations.NullMarked;
