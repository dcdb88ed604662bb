import CityIdentity
package import CityKernel
import Crypto
import Foundation
import JWTKit
import Synchronization

/// An OpenID provider that takes nothing on trust: it checks PKCE, the client's own signature, the
/// redirect address, and that every code and assertion serves once. A test may bend one answer.
package final class StrictIssuer: OpenIDConnection {
    package static let issuer = "https://issuer.example"
    package static let clientID = "city-of-test"
    package static let redirectAddress = "https://city.example/my/callback"

    /// What is wrong with the next token; a strict client refuses each.
    package enum Fault: String, Sendable, CaseIterable {
        case otherIssuer, otherAudience, secondAudience, otherClient, expired, future, stale
        case otherNonce, noNonce, noSubject, longSubject, algNone, hs256, otherKey, unknownKey
        case brokenSignature, noToken
    }

    private struct Grant {
        var challenge: String
        var nonce: String
        var subject: String
    }

    private struct State {
        var grants: [String: Grant] = [:]
        var assertions: Set<String> = []
        var fault: Fault?
        var metadataIssuer = StrictIssuer.issuer
        var isSilent = false
        var refusals: [String] = []
        var gets: [String] = []
    }

    private let key = ES256PrivateKey()
    private let otherKey = ES256PrivateKey()
    private let clientKey: ES256PrivateKey
    private let clock: any CityClock
    private let state = Mutex(State())

    package init(clock: any CityClock) {
        self.clock = clock
        clientKey = ES256PrivateKey()
    }

    /// The city's private key, which this provider knows the public half of.
    package var clientKeyPEM: String { clientKey.pemRepresentation }

    /// Why it refused, in order.
    package var refusals: [String] { state.withLock { $0.refusals } }
    /// How often each address was read.
    package func reads(_ suffix: String) -> Int {
        state.withLock { $0.gets.count { $0.hasSuffix(suffix) } }
    }

    package func bend(_ fault: Fault?) { state.withLock { $0.fault = fault } }
    package func call(itself name: String) { state.withLock { $0.metadataIssuer = name } }
    package func fallSilent(_ isSilent: Bool = true) { state.withLock { $0.isSilent = isSilent } }

    // MARK: - The person's browser

    /// A person signs in at the address that the city sent their browser to.
    /// - Returns: the query with which the browser comes back.
    package func approve(_ address: String, as subject: String) throws -> [String: String] {
        let query = try Self.query(of: address)
        guard query["response_type"] == "code", query["client_id"] == Self.clientID,
            query["redirect_uri"] == Self.redirectAddress,
            query["code_challenge_method"] == "S256", query["scope"] == "openid",
            let challenge = query["code_challenge"], challenge.utf8.count == 43,
            let nonce = query["nonce"], nonce.utf8.count >= 32,
            let sent = query["state"], sent.utf8.count >= 32
        else { throw Refused() }
        let code = UUID().uuidString
        state.withLock {
            $0.grants[code] = Grant(challenge: challenge, nonce: nonce, subject: subject)
        }
        return ["code": code, "state": sent, "iss": Self.issuer]
    }

    package struct Refused: Error {}

    private static func query(of address: String) throws -> [String: String] {
        guard let parts = URLComponents(string: address), let items = parts.queryItems else {
            throw Refused()
        }
        return Dictionary(
            items.map { ($0.name, $0.value ?? "") }, uniquingKeysWith: { first, _ in first })
    }

    // MARK: - The city's requests

    package func get(_ address: String) async throws -> (status: Int, body: [UInt8]) {
        let (isSilent, name) = state.withLock { state in
            state.gets.append(address)
            return (state.isSilent, state.metadataIssuer)
        }
        if isSilent { throw Refused() }
        switch address {
        case Self.issuer + "/.well-known/openid-configuration":
            let json: JSONValue = [
                "issuer": .string(name), "authorization_endpoint": "https://issuer.example/go",
                "token_endpoint": "https://issuer.example/token",
                "jwks_uri": "https://issuer.example/keys",
            ]
            return (200, json.bytes)
        case Self.issuer + "/keys":
            guard let (x, y) = key.publicKey.parameters else { return (500, []) }
            let json: JSONValue = [
                "keys": [
                    ["kty": "RSA", "kid": "old", "n": "AQAB", "e": "AQAB"],
                    [
                        "kty": "EC", "crv": "P-256", "kid": "one", "use": "sig", "alg": "ES256",
                        "x": .string(Self.url(x)), "y": .string(Self.url(y)),
                    ],
                ]
            ]
            return (200, json.bytes)
        default: return (404, [])
        }
    }

    package func post(
        _ address: String, form: [(name: String, value: String)]
    ) async throws -> (status: Int, body: [UInt8]) {
        let isSilent = state.withLock { $0.isSilent }
        if isSilent { throw Refused() }
        let form = Dictionary(form.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        guard form["grant_type"] == "authorization_code",
            form["redirect_uri"] == Self.redirectAddress
        else { return refuse("form") }
        guard await isOurClient(form["client_assertion"] ?? "", at: address) else {
            return refuse("assertion")
        }
        // A code is gone after the first try, right or wrong.
        let grant = state.withLock { $0.grants.removeValue(forKey: form["code"] ?? "") }
        guard let grant else { return refuse("code") }
        let digest = SHA256.hash(data: Data((form["code_verifier"] ?? "").utf8))
        guard Self.url(Data(digest).base64EncodedString()) == grant.challenge else {
            return refuse("verifier")
        }
        let fault = state.withLock { $0.fault }
        if fault == .noToken { return (200, Self.json(["token_type": "Bearer"])) }
        let json: JSONValue = [
            "token_type": "Bearer", "access_token": "unused",
            "id_token": .string(try await token(grant, fault)),
        ]
        return (200, json.bytes)
    }

    private func refuse(_ why: String) -> (status: Int, body: [UInt8]) {
        state.withLock { $0.refusals.append(why) }
        return (400, Self.json(["error": "invalid_grant"]))
    }

    private func isOurClient(_ assertion: String, at address: String) async -> Bool {
        let keys = await JWTKeyCollection().add(ecdsa: clientKey.publicKey)
        // A signature that does not hold is no client of ours.
        guard let claims = try? await keys.verify(assertion, as: Claims.self) else { return false }
        let now = clock.now.microseconds / 1_000_000
        return claims.iss == Self.clientID && claims.sub == Self.clientID
            && claims.aud == address && claims.exp > now && claims.exp <= now + 300
            && state.withLock { $0.assertions.insert(claims.jti ?? "").inserted }
    }

    // MARK: - Tokens

    private struct Claims: JWTPayload {
        var iss: String
        var sub: String
        var aud: String
        var exp: Int64
        var iat: Int64
        var nonce: String?
        var jti: String?
        var azp: String?

        func verify(using algorithm: some JWTAlgorithm) {}
    }

    private struct ManyAudiences: JWTPayload {
        var iss: String
        var sub: String
        var aud: [String]
        var exp: Int64
        var iat: Int64
        var nonce: String?

        func verify(using algorithm: some JWTAlgorithm) {}
    }

    private func token(_ grant: Grant, _ fault: Fault?) async throws -> String {
        let now = clock.now.microseconds / 1_000_000
        var claims = Claims(
            iss: Self.issuer, sub: grant.subject, aud: Self.clientID, exp: now + 300, iat: now,
            nonce: grant.nonce)
        switch fault {
        case .otherIssuer: claims.iss = "https://evil.example"
        case .otherAudience: claims.aud = "another-city"
        case .otherClient: claims.azp = "another-city"
        case .expired: (claims.exp, claims.iat) = (now - 61, now - 300)
        case .future: claims.iat = now + 61
        case .stale: (claims.exp, claims.iat) = (now + 300, now - 3_600)
        case .otherNonce: claims.nonce = "another"
        case .noNonce: claims.nonce = nil
        case .noSubject: claims.sub = ""
        case .longSubject: claims.sub = String(repeating: "x", count: 256)
        default: break
        }
        let keys = await JWTKeyCollection().add(
            ecdsa: fault == .otherKey ? otherKey : key,
            kid: fault == .unknownKey ? "two" : "one")
        if fault == .hs256 {
            // The public key, which everybody has, as the secret of an HMAC.
            let secret = HMACKey(from: Data(key.publicKey.pemRepresentation.utf8))
            let shared = await JWTKeyCollection().add(
                hmac: secret, digestAlgorithm: .sha256, kid: "one")
            return try await shared.sign(claims, kid: "one")
        }
        if fault == .algNone {
            let open = await JWTKeyCollection().addUnsecuredNone(kid: "one")
            return try await open.sign(claims, kid: "one")
        }
        if fault == .secondAudience {
            let many = ManyAudiences(
                iss: claims.iss, sub: claims.sub, aud: [Self.clientID, "another-city"],
                exp: claims.exp, iat: claims.iat, nonce: claims.nonce)
            return try await keys.sign(many, kid: "one")
        }
        let token = try await keys.sign(claims, kid: fault == .unknownKey ? "two" : "one")
        return fault == .brokenSignature ? String(token.dropLast(4)) + "AAAA" : token
    }

    private static func json(_ value: JSONValue) -> [UInt8] { value.bytes }

    private static func url(_ base64: String) -> String {
        base64.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
