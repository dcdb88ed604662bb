import CityKernel
import Crypto

/// Seals values of one person with a key of their own, which lies sealed beside them. A copy of values
/// without their key says nothing.
struct PersonalVault: Sendable {
    /// Bytes of one value.
    static let valueBytesMax = 256 * 1_024

    private let key: SymmetricKey

    init(key: VaultKey) { self.key = key.symmetric }

    /// A new key for a person, sealed.
    func makeKey(for person: String) throws -> [UInt8] {
        let fresh = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        return try Self.seal(fresh, with: key, "key\0\(person)")
    }

    func seal(
        _ value: JSONValue, of person: String, kind: String, with sealedKey: [UInt8]
    ) throws -> [UInt8] {
        try Self.seal(
            value.bytes, with: try open(sealedKey, of: person), "value\0\(person)\0\(kind)")
    }

    func open(
        _ sealed: [UInt8], of person: String, kind: String, with sealedKey: [UInt8]
    ) throws -> JSONValue {
        let bytes = try Self.open(
            sealed, with: try open(sealedKey, of: person), "value\0\(person)\0\(kind)")
        return try JSONValue(parsing: bytes)
    }

    private func open(_ sealedKey: [UInt8], of person: String) throws -> SymmetricKey {
        SymmetricKey(data: try Self.open(sealedKey, with: key, "key\0\(person)"))
    }

    // MARK: AES-GCM. What the value belongs to is authenticated: a row moved to another person or
    // another kind does not open.

    private static func seal(
        _ bytes: [UInt8], with key: SymmetricKey, _ place: String
    ) throws -> [UInt8] {
        let box = try AES.GCM.seal(bytes, using: key, authenticating: Array(place.utf8))
        guard let combined = box.combined else { preconditionFailure("the nonce has 12 bytes") }
        return Array(combined)
    }

    private static func open(
        _ sealed: [UInt8], with key: SymmetricKey, _ place: String
    ) throws -> [UInt8] {
        do {
            return Array(
                try AES.GCM.open(
                    AES.GCM.SealedBox(combined: sealed), using: key,
                    authenticating: Array(place.utf8)))
        } catch {
            throw Problem.damagedVault
        }
    }
}
