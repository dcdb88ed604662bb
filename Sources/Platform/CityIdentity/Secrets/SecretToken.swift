import Crypto

/// A random secret of 256 bits, shown to its holder once; the city keeps only its hash.
package struct SecretToken: Sendable, Hashable {
    private static let byteCount = 32
    private static let textLength = 43

    /// 43 characters of base64url: fits a cookie and a header.
    package let text: String

    package init(random: RandomSource) { text = Self.base64URL(random.bytes(Self.byteCount)) }

    /// - Returns: `nil` for a text that no token has.
    package init?(_ text: String) {
        guard text.utf8.count == Self.textLength, text.utf8.allSatisfy(Self.isBase64URL) else {
            return nil
        }
        self.text = text
    }

    /// SHA-256. The secret has full entropy, so a slow hash would add nothing; looking it up by hash
    /// tells a listener of time nothing about the secret.
    package var hash: [UInt8] { Array(SHA256.hash(data: Array(text.utf8))) }

    /// A random name of a row, which says nothing and may stand in audits.
    static func makeID(_ random: RandomSource) -> String { base64URL(random.bytes(12)) }

    static func base64URL(_ bytes: [UInt8]) -> String {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        var text: [UInt8] = []
        var buffer = 0
        var bits = 0
        for byte in bytes {
            buffer = (buffer << 8 | Int(byte)) & 0xFFFF
            bits += 8
            while bits >= 6 {
                bits -= 6
                text.append(digits[buffer >> bits & 63])
            }
        }
        if bits > 0 { text.append(digits[buffer << (6 - bits) & 63]) }
        return String(decoding: text, as: UTF8.self)
    }

    private static func isBase64URL(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: true
        default: false
        }
    }
}

extension SecretToken: CustomStringConvertible, CustomDebugStringConvertible {
    /// Never the secret: a token may be part of something that is logged.
    package var description: String { "SecretToken(…)" }
    package var debugDescription: String { description }
}
