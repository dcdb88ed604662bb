import Crypto
import CryptoExtras
import Foundation

/// What is kept of a password: scrypt with its parameters, so that they can be raised later.
struct PasswordHash: Sendable, Hashable {
    var parameters: ScryptParameters
    var salt: [UInt8]
    var key: [UInt8]

    private static let saltBytes = 16
    private static let keyBytes = 32

    /// Computes for as long as the parameters want; call it through `PasswordWorker`.
    init(password: String, parameters: ScryptParameters, random: RandomSource) throws {
        let salt = random.bytes(Self.saltBytes)
        self.parameters = parameters
        self.salt = salt
        self.key = try Self.derive(password, salt, parameters)
    }

    /// A hash that no password has, to be compared when the login is unknown.
    init(ofNobody parameters: ScryptParameters, random: RandomSource) {
        self.parameters = parameters
        self.salt = random.bytes(Self.saltBytes)
        self.key = random.bytes(Self.keyBytes)
    }

    func matches(_ password: String) throws -> Bool {
        isEqual(try Self.derive(password, salt, parameters), key)
    }

    private static func derive(
        _ password: String, _ salt: [UInt8], _ parameters: ScryptParameters
    ) throws -> [UInt8] {
        let normal = Array(StaffRules.normalForm(password).utf8)
        let key = try KDF.Scrypt.deriveKey(
            from: normal, salt: salt, outputByteCount: keyBytes, rounds: parameters.rounds,
            blockSize: parameters.blockSize, parallelism: parameters.parallelism)
        return key.withUnsafeBytes { Array($0) }
    }
}

// MARK: - As text

extension PasswordHash {
    /// `scrypt$32768$8$3$<salt>$<key>`, the last two in hexadecimal.
    var text: String {
        let numbers = [parameters.rounds, parameters.blockSize, parameters.parallelism]
        return (["scrypt"] + numbers.map(String.init) + [Self.hex(salt), Self.hex(key)])
            .joined(separator: "$")
    }

    init?(text: String) {
        let parts = text.split(separator: "$").map(String.init)
        guard parts.count == 6, parts[0] == "scrypt", let rounds = Int(parts[1]),
            let blockSize = Int(parts[2]), let parallelism = Int(parts[3]),
            let salt = Self.bytes(parts[4]), let key = Self.bytes(parts[5]),
            key.count == Self.keyBytes
        else { return nil }
        parameters = ScryptParameters(
            rounds: rounds, blockSize: blockSize, parallelism: parallelism)
        self.salt = salt
        self.key = key
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private static func bytes(_ hex: String) -> [UInt8]? {
        let digits = hex.compactMap(\.hexDigitValue)
        guard digits.count == hex.count, digits.count % 2 == 0 else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map {
            UInt8(digits[$0] * 16 + digits[$0 + 1])
        }
    }
}

/// The cost of a password. Memory is 128 × rounds × blockSize bytes while it is computed.
package struct ScryptParameters: Sendable, Hashable {
    package var rounds: Int
    package var blockSize: Int
    package var parallelism: Int

    package init(rounds: Int, blockSize: Int, parallelism: Int) {
        self.rounds = rounds
        self.blockSize = blockSize
        self.parallelism = parallelism
    }

    /// OWASP's second choice for scrypt: 32 MiB, three passes.
    package static let standard = ScryptParameters(rounds: 1 << 15, blockSize: 8, parallelism: 3)
    /// For tests only: weak on purpose, and quick.
    package static let quick = ScryptParameters(rounds: 16, blockSize: 1, parallelism: 1)
}
