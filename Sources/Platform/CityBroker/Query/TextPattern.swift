import CityKernel

/// A regular expression of a request, made once and used on many values.
///
/// Safety: the expression is made from text only, holds no closure, and matching changes nothing.
struct TextPattern: @unchecked Sendable {
    /// The longest pattern, in bytes; long ones can be made to take very long.
    static let bytesMax = 256
    /// The longest text that a pattern is tried on, in bytes.
    static let textBytesMax = 4_096

    private let regex: Regex<AnyRegexOutput>

    init(_ pattern: String) throws(Problem) {
        guard pattern.utf8.count <= Self.bytesMax else {
            throw Problem(
                .tooComplexQuery, title: "The pattern is too long",
                detail: "A pattern has at most \(Self.bytesMax) bytes.")
        }
        do {
            regex = try Regex(pattern)
        } catch {
            throw Problem(
                .badRequestData, title: "The pattern is not a regular expression",
                detail: "\"\(pattern)\" cannot be read.",
                remedy: "Escape ( [ . * + ? with a backslash when they stand for themselves.")
        }
    }

    /// Whether some part of `text` matches.
    func matches(_ text: String) -> Bool {
        guard text.utf8.count <= Self.textBytesMax else { return false }
        return text.firstMatch(of: regex) != nil
    }
}
