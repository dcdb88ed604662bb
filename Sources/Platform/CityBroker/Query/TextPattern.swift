import CityKernel

/// A regular expression of a request, made once and used on many values.
///
/// Matching takes time in proportion to text and pattern, whatever the pattern: all ways through it
/// are followed at once (Thompson's construction) instead of one after the other. So there are no
/// back references and no look-around.
struct TextPattern: Sendable {
    /// The longest pattern, in bytes.
    static let bytesMax = 1_024
    /// The longest text that a pattern is tried on, in bytes.
    static let textBytesMax = 4_096

    private let program: PatternProgram
    /// A pattern without any sign is looked for as it is.
    private let literal: String?

    init(_ pattern: String) throws(Problem) {
        guard pattern.utf8.count <= Self.bytesMax else {
            throw Problem(
                .tooComplexQuery, title: "The pattern is too long",
                detail: "A pattern has at most \(Self.bytesMax) bytes.")
        }
        var parser = PatternParser(pattern)
        program = PatternProgram(try parser.whole())
        guard program.steps.count <= PatternProgram.stepsMax else {
            throw Problem(
                .tooComplexQuery, title: "The pattern is too complex",
                detail: "Its repetitions unfold to more than \(PatternProgram.stepsMax) steps.",
                remedy: "Use smaller numbers in { }.")
        }
        literal = pattern.utf8.contains(where: Self.signs.contains) ? nil : pattern
    }

    private static let signs = Set("\\^$.|?*+()[]{}".utf8)

    /// Whether some part of `text` matches.
    func matches(_ text: String) -> Bool {
        guard text.utf8.count <= Self.textBytesMax else { return false }
        if let literal { return text.utf8.firstRange(of: literal) != nil }
        return program.matches(text)
    }
}

extension String.UTF8View {
    /// Where `word` stands first; without Foundation.
    fileprivate func firstRange(of word: String) -> Range<Index>? {
        let word = word.utf8
        guard let first = word.first else { return startIndex..<startIndex }
        var start = startIndex
        while let found = self[start...].firstIndex(of: first) {
            let rest = self[found...]
            if rest.starts(with: word) { return found..<index(found, offsetBy: word.count) }
            start = index(after: found)
        }
        return nil
    }
}
