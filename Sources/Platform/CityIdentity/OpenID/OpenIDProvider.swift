import CityKernel
import JWTKit

/// What a provider tells of itself (OpenID Connect Discovery 1.0), kept for a while.
actor OpenIDProvider {
    struct Metadata: Sendable, Hashable {
        var authorizationEndpoint: String
        var tokenEndpoint: String
        var keysAddress: String
    }

    /// How long the addresses are believed.
    private static let metadataKept = Duration.seconds(3_600)
    /// Keys are fetched anew for a key that is not known, but no more often than this.
    private static let keysPause = Duration.seconds(60)
    /// Keys of one provider.
    static let keysMax = 20

    private let issuer: String
    private let connection: any OpenIDConnection
    private let clock: any CityClock
    private var metadata: (value: Metadata, at: Timestamp)?
    private var keys: (value: [String: ES256PublicKey], at: Timestamp)?

    init(issuer: String, connection: any OpenIDConnection, clock: any CityClock) {
        self.issuer = issuer
        self.connection = connection
        self.clock = clock
    }

    /// - Throws: `SignInRefusal.unavailable`.
    func describe() async throws -> Metadata {
        if let known = metadata, clock.now.since(known.at) < Self.metadataKept {
            return known.value
        }
        let base = issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer
        let json = try await read(base + "/.well-known/openid-configuration")
        // A document of another issuer would let that one sign people in here.
        guard json["issuer"]?.string == issuer else {
            throw SignInRefusal.unavailable("the document is of another issuer")
        }
        guard let authorize = json["authorization_endpoint"]?.string,
            let token = json["token_endpoint"]?.string, let keys = json["jwks_uri"]?.string
        else { throw SignInRefusal.unavailable("the document lacks an endpoint") }
        let value = Metadata(
            authorizationEndpoint: authorize, tokenEndpoint: token, keysAddress: keys)
        metadata = (value, clock.now)
        return value
    }

    /// The key that a token names; one that names none is of the only key.
    /// - Throws: `SignInRefusal`.
    func key(_ id: String?) async throws -> ES256PublicKey {
        if let found = find(id) { return found }
        if let keys, clock.now.since(keys.at) < Self.keysPause {
            throw SignInRefusal.invalid("the token's key is not known")
        }
        let json = try await read(try await describe().keysAddress)
        keys = (Self.keys(in: json), clock.now)
        guard let found = find(id) else {
            throw SignInRefusal.invalid("the token's key is not known")
        }
        return found
    }

    private func find(_ id: String?) -> ES256PublicKey? {
        guard let keys else { return nil }
        guard let id else { return keys.value.count == 1 ? keys.value.values.first : nil }
        return keys.value[id]
    }

    /// Only keys of P-256 for signing: another kind could open the door to another algorithm.
    private static func keys(in json: JSONValue) -> [String: ES256PublicKey] {
        var keys: [String: ES256PublicKey] = [:]
        for item in json["keys"]?.array?.prefix(keysMax) ?? [] {
            guard item["kty"]?.string == "EC", item["crv"]?.string == "P-256",
                item["use"]?.string ?? "sig" == "sig", item["alg"]?.string ?? "ES256" == "ES256",
                let x = item["x"]?.string, let y = item["y"]?.string,
                // A key that cannot be read is as if it were not there.
                let key = try? ES256PublicKey(parameters: (x, y))
            else { continue }
            keys[item["kid"]?.string ?? ""] = key
        }
        return keys
    }

    private func read(_ address: String) async throws -> JSONValue {
        do {
            let (status, body) = try await connection.get(address)
            guard status == 200 else {
                throw SignInRefusal.unavailable("\(address) answered \(status)")
            }
            return try JSONValue(parsing: body)
        } catch let refusal as SignInRefusal {
            throw refusal
        } catch {
            throw SignInRefusal.unavailable("\(address) cannot be read")
        }
    }
}
