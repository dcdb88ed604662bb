import CityIdentity
import CityKernel
import JWTKit

/// What a client signs to prove who it is (RFC 7523 §3). Checked with the city's own clock.
struct ClientAssertion: JWTPayload {
    /// Further in the future none may end.
    static let lifeMax = Duration.hours(1)
    static let skew = Duration.seconds(30)
    private static let identifierBytesMax = 128

    var iss: String
    var sub: String
    var aud: AudienceClaim
    var exp: Int64
    var nbf: Int64?
    var jti: String

    func verify(using algorithm: some JWTAlgorithm) {}

    /// When it ends.
    var end: Timestamp {
        let (microseconds, isTooFar) = exp.multipliedReportingOverflow(by: 1_000_000)
        return Timestamp(microseconds: isTooFar ? .max / 2 : microseconds)
    }

    /// - Parameter audiences: names of the token endpoint.
    func holds(for client: String, at audiences: [String], now: Timestamp) -> Bool {
        guard iss == client, sub == client, (1...Self.identifierBytesMax).contains(jti.utf8.count),
            aud.value.contains(where: audiences.contains)
        else { return false }
        let begins = Timestamp(microseconds: min(nbf ?? 0, .max / 2_000_000) * 1_000_000)
        return now < end + Self.skew && end <= now + Self.lifeMax + Self.skew
            && begins <= now + Self.skew
    }

    /// Who says to have signed; nothing of it is proved.
    static func client(of text: String) -> String? {
        JSONWebToken.read(.claims, of: text)?["sub"]?.string
    }

    /// - Returns: `nil` for another algorithm than ES256, and for a signature that does not hold.
    static func verified(_ text: String, by key: ES256PublicKey) async -> ClientAssertion? {
        guard let header = JSONWebToken.read(.header, of: text), header["alg"]?.string == "ES256",
            header["crit"] == nil
        else { return nil }
        // The key is chosen by the client's name; what the header calls it does not matter.
        let keys = await JWTKeyCollection().add(
            ecdsa: key, kid: header["kid"]?.string.map { JWKIdentifier(string: $0) })
        // Whatever is wrong with it, the client learns no more than that it does not hold.
        return try? await keys.verify(text, as: ClientAssertion.self)
    }
}

/// A client's public key as JSON (RFC 7517): P-256 alone.
struct ClientPublicKey: Sendable {
    static let bytesMax = 2_000
    /// Of one consumer at a time: the present one, the next, and some for its other machines.
    static let countMax = 5

    /// The four members that are kept, in their canonical order (RFC 7638).
    let text: String
    let key: ES256PublicKey

    /// - Throws: `Problem` for anything but the public half of a P-256 key.
    init(_ json: String) throws(Problem) {
        guard json.utf8.count <= Self.bytesMax, let value = try? JSONValue(parsing: json),
            value["kty"]?.string == "EC", value["crv"]?.string == "P-256",
            let x = value["x"]?.string, let y = value["y"]?.string,
            let key = try? ES256PublicKey(parameters: (x, y))
        else {
            throw Problem(
                .badRequestData, title: "This is no public key for ES256",
                detail: "A JSON Web Key with kty EC, crv P-256, x and y is needed.",
                remedy: "Paste the public half alone, as JSON.")
        }
        guard value["d"] == nil else {
            throw Problem(
                .badRequestData, title: "This is a private key",
                detail: "It holds the member d. It was not stored, and is not secret any more.",
                remedy: "Make a new pair and paste the public half alone.")
        }
        self.key = key
        text =
            JSONValue.object(
                JSONObject([
                    ("crv", "P-256"), ("kty", "EC"), ("x", .string(x)), ("y", .string(y)),
                ])
            ).text
    }
}
