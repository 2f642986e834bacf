-- Who people are at the provider of identities by which they sign in, where one is configured.
ALTER TABLE gateway.session DROP CONSTRAINT session_method_check;
ALTER TABLE gateway.session ADD CONSTRAINT session_method_check
  CHECK (method IN ('LINK', 'PASSWORD', 'PASSKEY', 'INVITATION', 'OIDC'));

-- The subject that signed in first with a person's verified address. It stays, whatever becomes of the address.
CREATE TABLE gateway.identity (
  person_id uuid PRIMARY KEY REFERENCES tenants.person,
  issuer    text NOT NULL CHECK (char_length(issuer) BETWEEN 1 AND 1000),
  subject   text NOT NULL CHECK (char_length(subject) BETWEEN 1 AND 255),
  linked_at timestamptz NOT NULL,
  UNIQUE (issuer, subject)
);
