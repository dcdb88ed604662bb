package import CityKernel

/// Which members of an entity are shown, and of the entities that it links to (§4.21):
/// `pick=id,locatedAt{id,name}`.
package struct Projection: Sendable, Hashable {
    /// Members in one `pick` or `omit`, those in braces counted too.
    package static let membersMax = 1_000
    package static let all = Projection()

    /// One member, and what is picked or omitted of the entity behind it.
    package struct Member: Sendable, Hashable {
        package var name: String
        package var inner: [Member]
    }

    /// Empty: every member.
    package var picked: [Member] = []
    package var omitted: [Member] = []

    package init() {}

    /// - Throws: `Problem` for an expression that cannot be read or that contradicts itself.
    package init(
        pick: String?, omit: String?, _ context: LDContext
    ) throws(Problem) {
        if let pick { picked = try ProjectionParser.parse(pick, at: "pick", context) }
        if let omit { omitted = try ProjectionParser.parse(omit, at: "omit", context) }
        let both = omitted.first { member in
            member.inner.isEmpty && picked.contains { $0.name == member.name }
        }
        if let both {
            throw .badData("\(both.name) is picked and omitted", at: "omit")
        }
    }

    /// How many relationships away the farthest entity is that it speaks of.
    package var linkDepth: Int { Self.depth(picked + omitted) }

    private static func depth(_ members: [Member]) -> Int {
        members.map { $0.inner.isEmpty ? 0 : 1 + depth($0.inner) }.max() ?? 0
    }

    package func shows(_ name: String) -> Bool {
        if omitted.contains(where: { $0.name == name && $0.inner.isEmpty }) { return false }
        return picked.isEmpty || picked.contains { $0.name == name }
    }

    /// What is shown of the entity behind a relationship.
    package func inside(_ name: String) -> Projection {
        var inner = Projection()
        inner.picked = picked.first { $0.name == name }?.inner ?? []
        inner.omitted = omitted.first { $0.name == name && !$0.inner.isEmpty }?.inner ?? []
        return inner
    }
}

/// Reads `id,locatedAt{id|name}`; a comma and a bar both mean "or".
private struct ProjectionParser {
    private let text: [Character]
    private var index = 0
    private var count = 0
    private let place: String
    private let context: LDContext
    private static let depthMax = 16

    static func parse(
        _ text: String, at place: String, _ context: LDContext
    ) throws(Problem) -> [Projection.Member] {
        var parser = ProjectionParser(text: Array(text), place: place, context: context)
        let members = try parser.members(depth: 0)
        guard parser.index == parser.text.count else { throw parser.refusal }
        return members
    }

    private init(text: [Character], place: String, context: LDContext) {
        self.text = text
        self.place = place
        self.context = context
    }

    private mutating func members(depth: Int) throws(Problem) -> [Projection.Member] {
        guard depth < Self.depthMax else { throw refusal }
        var members: [Projection.Member] = []
        repeat {
            count += 1
            guard count <= Projection.membersMax else { throw refusal }
            let name = try name()
            var inner: [Projection.Member] = []
            if skip("{") {
                inner = try self.members(depth: depth + 1)
                guard skip("}") else { throw refusal }
            }
            members.append(.init(name: name, inner: inner))
        } while skip(",") || skip("|")
        return members
    }

    private static let ends = Set("{},|")
    private static let own: Set<String> = ["id", "type", "scope"]

    private mutating func name() throws(Problem) -> String {
        let start = index
        while index < text.count, !Self.ends.contains(text[index]) { index += 1 }
        let word = String(text[start..<index])
        guard NGSILDName.isValid(word) else { throw refusal }
        return Self.own.contains(word) ? word : context.name(of: word)
    }

    private mutating func skip(_ character: Character) -> Bool {
        guard index < text.count, text[index] == character else { return false }
        index += 1
        return true
    }

    private var refusal: Problem {
        .badData(
            "\(place) cannot be read at character \(index + 1)", at: place,
            remedy: "Write for example id,name,locatedAt{name}.")
    }
}
