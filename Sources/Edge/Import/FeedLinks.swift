import CityKernel

/// The entries of a feed (Atom, RSS) that lead to documents of their own, the oldest first.
struct FeedLinks: Sendable, Hashable {
    struct Link: Sendable, Hashable {
        /// What the publisher names the entry by.
        var id: String
        var url: String
    }

    /// Documents fetched in one pull; the newest, as a feed begins with them.
    static let linksMax = 100
    /// Entries whose documents were imported, remembered for one source.
    static let seenMax = 5_000

    var links: [Link]

    /// - Parameter words: only entries that hold them in title, author or summary; empty for all.
    /// - Throws: `ImportRefusal` when it is no feed.
    init(_ bytes: [UInt8], words: String) throws(ImportRefusal) {
        let root = try XMLReader.read(bytes)
        guard let path = XMLTableReader.feedPaths[root.name] else {
            throw ImportRefusal(.notAFeed)
        }
        let entries = path.reduce([root]) { found, name in found.flatMap { $0.list(name) } }
        let wanted = entries.filter { words.isEmpty || Self.text(of: $0).contains(words) }
        links = wanted.prefix(Self.linksMax).compactMap(Self.link).reversed()
    }

    private static func link(_ entry: XMLElement) -> Link? {
        let links = entry.list("link")
        let chosen =
            links.first { ["alternate", nil].contains($0.attributes["rel"]) } ?? links.first
        let url = chosen?.attributes["href"] ?? entry.words("link")
        guard EntityID.isURI(url) else { return nil }
        let name = [entry.words("id"), entry.words("guid")].first { !$0.isEmpty } ?? url
        return Link(id: name + " " + entry.words("updated"), url: url)
    }

    private static func text(of entry: XMLElement) -> String {
        [
            entry.words("title"), entry.words("author", "name"), entry.words("content"),
            entry.words("summary"), entry.words("description"),
        ].joined(separator: "\n")
    }
}
