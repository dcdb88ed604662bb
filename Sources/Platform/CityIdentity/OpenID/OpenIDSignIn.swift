import CityKernel
import CityStore
import Crypto
import JWTKit
import Logging

/// Signing residents in by an OpenID provider: code flow with PKCE (S256), state and nonce,
/// `private_key_jwt`, ES256 tokens. The provider's word for a person is all that is kept of it.
///
/// Fit for the national デジタル認証アプリ. The My Number itself is never asked for.
package struct OpenIDSignIn: Sendable {
    private let settings: OpenIDSettings
    private let identity: Identity
    private let provider: OpenIDProvider
    private let connection: any OpenIDConnection

    package init(
        _ settings: OpenIDSettings, identity: Identity, connection: any OpenIDConnection
    ) {
        self.settings = settings
        self.identity = identity
        self.connection = connection
        provider = OpenIDProvider(
            issuer: settings.issuer, connection: connection, clock: identity.clock)
    }

    // MARK: - Away

    /// Begins a sign-in.
    /// - Parameter next: a path of this site where the reader wanted to go.
    /// - Returns: the provider's address, and the secret that ties the way back to this browser.
    /// - Throws: `SignInRefusal.unavailable`; `StoreError`.
    package func begin(next: String) async throws -> (address: String, secret: SecretToken) {
        let metadata = try await provider.describe()
        let (secret, random) = (SecretToken(random: identity.random), identity.random)
        let pending = PendingSignIn(
            state: SecretToken(random: random).text, nonce: SecretToken(random: random).text,
            verifier: SecretToken(random: random).text, next: next,
            endsAt: identity.clock.now + OpenIDSettings.stay)
        try await identity.store.write { transaction in
            try ResidentStore.clearSignIns(
                keeping: OpenIDSettings.pendingMax - 1, in: transaction)
            try ResidentStore.keep(pending, secret.hash, in: transaction)
        }
        let challenge = SecretToken.base64URL(
            Array(SHA256.hash(data: Array(pending.verifier.utf8))))
        let query = [
            ("response_type", "code"), ("client_id", settings.clientID),
            ("redirect_uri", settings.redirectAddress),
            ("scope", settings.scopes.joined(separator: " ")), ("state", pending.state),
            ("nonce", pending.nonce), ("code_challenge", challenge),
            ("code_challenge_method", "S256"),
        ].map { "\($0)=\($1.percentEncoded)" }.joined(separator: "&")
        let endpoint = metadata.authorizationEndpoint
        return (endpoint + (endpoint.contains("?") ? "&" : "?") + query, secret)
    }

    // MARK: - Back

    /// What the provider sent the browser back with.
    package struct Answer: Sendable {
        package var code: String?
        package var state: String?
        package var issuer: String?
        package var error: String?

        package init(code: String?, state: String?, issuer: String?, error: String?) {
            self.code = code
            self.state = state
            self.issuer = issuer
            self.error = error
        }
    }

    /// Ends a sign-in: the person is who the provider says, or nobody.
    /// - Parameters:
    ///   - secret: the cookie that `begin` gave.
    ///   - old: the resident's session that the browser had before.
    /// - Throws: `SignInRefusal`; `StoreError`.
    package func complete(
        _ answer: Answer, secret: SecretToken?, device: String, replacing old: SecretToken?
    ) async throws -> (signedIn: SignedInResident, next: String) {
        let pending = try await take(secret, state: answer.state)
        guard answer.error == nil else {
            throw answer.error == "access_denied"
                ? SignInRefusal.cancelled
                : SignInRefusal.unavailable("the provider answered with an error")
        }
        // RFC 9207: an answer of another provider must not be taken for one of ours.
        guard answer.issuer == nil || answer.issuer == settings.issuer else {
            throw SignInRefusal.invalid("the answer of another issuer")
        }
        guard let code = answer.code, !code.isEmpty else {
            throw SignInRefusal.invalid("an answer without a code")
        }
        let token = try await fetchToken(code, pending)
        let proof = try await check(token, pending)
        let signedIn = try await identity.signIn(proof, device: device, replacing: old)
        return (signedIn, pending.next)
    }

    private func take(_ secret: SecretToken?, state: String?) async throws -> PendingSignIn {
        guard let secret else { throw SignInRefusal.unknownSignIn }
        let found = try await identity.store.write {
            try ResidentStore.take(secret.hash, in: $0)
        }
        guard let found, identity.clock.now < found.endsAt,
            isEqual(Array((state ?? "").utf8), Array(found.state.utf8))
        else { throw SignInRefusal.unknownSignIn }
        return found
    }

    private func fetchToken(_ code: String, _ pending: PendingSignIn) async throws -> String {
        let endpoint = try await provider.describe().tokenEndpoint
        let form = [
            (name: "grant_type", value: "authorization_code"), ("code", code),
            ("redirect_uri", settings.redirectAddress), ("client_id", settings.clientID),
            ("code_verifier", pending.verifier),
            (
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
            ),
            ("client_assertion", try await assertion(for: endpoint)),
        ]
        let status: Int
        let body: [UInt8]
        do {
            (status, body) = try await connection.post(endpoint, form: form)
        } catch {
            throw SignInRefusal.unavailable("the token endpoint is silent")
        }
        guard status == 200 else {
            throw status >= 500
                ? SignInRefusal.unavailable("the token endpoint answered \(status)")
                : SignInRefusal.invalid("the token endpoint refused the code: \(status)")
        }
        // A body that cannot be read says as little as one without a token.
        guard let json = try? JSONValue(parsing: body), let token = json["id_token"]?.string else {
            throw SignInRefusal.invalid("no ID token")
        }
        return token
    }

    private func assertion(for endpoint: String) async throws -> String {
        let now = identity.clock.now.microseconds / 1_000_000
        let kid = settings.keyID.map { JWKIdentifier(string: $0) }
        let keys = await JWTKeyCollection().add(ecdsa: settings.key, kid: kid)
        return try await keys.sign(
            ClientAssertion(
                iss: settings.clientID, sub: settings.clientID, aud: endpoint,
                jti: SecretToken(random: identity.random).text, iat: now, exp: now + 60),
            kid: kid)
    }

    /// - Throws: `SignInRefusal`.
    private func check(_ token: String, _ pending: PendingSignIn) async throws -> ResidentProof {
        guard let header = JSONWebToken.read(.header, of: token) else {
            throw SignInRefusal.invalid("not a signed token")
        }
        guard header["alg"]?.string == "ES256" else {
            throw SignInRefusal.invalid("signed by another algorithm than ES256")
        }
        guard header["crit"] == nil else {
            throw SignInRefusal.invalid("the token asks for what is not understood")
        }
        let key = try await provider.key(header["kid"]?.string)
        let keys = await JWTKeyCollection().add(
            ecdsa: key, kid: header["kid"]?.string.map { JWKIdentifier(string: $0) })
        let claims: IDToken
        do {
            claims = try await keys.verify(token, as: IDToken.self)
        } catch {
            throw SignInRefusal.invalid("the signature or the claims do not hold")
        }
        try claims.check(settings, nonce: pending.nonce, at: identity.clock.now)
        return ResidentProof(issuer: claims.iss, subject: claims.sub)
    }
}
