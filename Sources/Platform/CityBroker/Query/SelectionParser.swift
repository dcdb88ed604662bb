import CityKernel

/// What is written with "or" (a comma or bar), "and" (a semicolon) and parentheses.
protocol CombinedSelection {
    static func any(_ parts: [Self]) -> Self
    static func all(_ parts: [Self]) -> Self
}

/// Reads a selection of types (§4.17) or scopes (§4.19); only the word between the signs differs.
struct SelectionParser<Selection: CombinedSelection> {
    private let text: [Character]
    private let wordsMax: Int
    private let place: String
    private let what: String
    private let remedy: String
    private let read: (String) -> Selection?
    private var index = 0
    private var count = 0
    private static var depthMax: Int { 16 }
    private static var ends: String { ",|;()" }

    /// - Parameters:
    ///   - what: the words selected, as a refusal calls them.
    ///   - place: the parameter.
    ///   - read: one word; `nil` when it is none.
    init(
        _ text: String, wordsMax: Int, what: String, at place: String, remedy: String,
        _ read: @escaping (String) -> Selection?
    ) {
        self.text = Array(text)
        self.wordsMax = wordsMax
        self.what = what
        self.place = place
        self.remedy = remedy
        self.read = read
    }

    /// - Throws: `Problem` of kind `badRequestData`.
    mutating func whole() throws(Problem) -> Selection {
        let selection = try alternatives(depth: 0)
        guard index == text.count else { throw refusal }
        return selection
    }

    private mutating func alternatives(depth: Int) throws(Problem) -> Selection {
        var parts = [try conjunction(depth: depth)]
        while skip(",") || skip("|") { parts.append(try conjunction(depth: depth)) }
        return parts.count == 1 ? parts[0] : .any(parts)
    }

    private mutating func conjunction(depth: Int) throws(Problem) -> Selection {
        var parts = [try term(depth: depth)]
        while skip(";") { parts.append(try term(depth: depth)) }
        return parts.count == 1 ? parts[0] : .all(parts)
    }

    private mutating func term(depth: Int) throws(Problem) -> Selection {
        if skip("(") {
            guard depth < Self.depthMax else { throw refusal }
            let inner = try alternatives(depth: depth + 1)
            guard skip(")") else { throw refusal }
            return inner
        }
        let start = index
        while index < text.count, !Self.ends.contains(text[index]) { index += 1 }
        count += 1
        guard count <= wordsMax, let word = read(String(text[start..<index])) else {
            throw refusal
        }
        return word
    }

    private mutating func skip(_ character: Character) -> Bool {
        guard index < text.count, text[index] == character else { return false }
        index += 1
        return true
    }

    private var refusal: Problem {
        .badData(
            "the \(what) cannot be read at character \(index + 1)", at: place, remedy: remedy)
    }
}
