package import CityKernel

/// 窓口番号: eight digits with which a resident shows a clerk, for ten minutes, whose account it is.
package struct CounterCode: Sendable, Hashable {
    package static let life = Duration.minutes(10)
    static let digits = 8

    package var text: String
    package var expiresAt: Timestamp

    /// As people read it aloud: 「1234 5678」.
    package var spoken: String { "\(text.prefix(4)) \(text.suffix(4))" }

    static func make(_ random: RandomSource) -> String {
        // 2^64 modulo 10^8 favours none noticeably.
        let number = random.bytes(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) } % 100_000_000
        let text = String(number)
        return String(repeating: "0", count: digits - text.count) + text
    }

    /// Digits as typed, full-width ones and spaces too.
    static func read(_ typed: String) -> String? {
        let plain = typed.unicodeScalars.compactMap { scalar -> Character? in
            switch scalar.value {
            case 0x30...0x39: Character(scalar)
            case 0xFF10...0xFF19: Character(UnicodeScalar(UInt8(scalar.value - 0xFF10 + 0x30)))
            case 0x20, 0x3000, 0x2D: nil
            default: "x"
            }
        }
        return plain.count == digits && plain.allSatisfy(\.isNumber) ? String(plain) : nil
    }
}
