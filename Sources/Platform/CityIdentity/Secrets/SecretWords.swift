/// A password that a person can read from a screen and type once: four groups of five letters and
/// digits without look-alikes, about 98 bits.
enum SecretWords {
    private static let letters = Array("abcdefghijkmnpqrstuvwxyz23456789")

    static func make(random: RandomSource) -> String {
        // 32 letters: five bits of each byte, without bias.
        let drawn = random.bytes(20).map { letters[Int($0 & 31)] }
        return stride(from: 0, to: 20, by: 5).map { String(drawn[$0..<$0 + 5]) }
            .joined(separator: "-")
    }
}
