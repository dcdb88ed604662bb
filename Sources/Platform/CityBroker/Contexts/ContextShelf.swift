import CityKernel

/// The contexts that this process holds in memory, and what it has compiled of them.
struct ContextShelf {
    /// Bytes of all documents in memory; the least recently used ones go first.
    static let bytesMax = 64 * 1_048_576
    /// Compiled contexts.
    static let compiledMax = 256

    private struct Held {
        var context: KeptContext
        var bytes: Int
        /// Order of use.
        var turn: Int
        /// When it was last seen to be current.
        var checkedAt: Timestamp
    }

    private var held: [String: Held] = [:]
    private var idsByURL: [String: String] = [:]
    private var compiled: [JSONValue: Compiled] = [:]
    private var bytes = 0
    private var turn = 0
    /// Whether all that is kept was read since something was forgotten.
    var isLoaded = false

    /// A context and the ids of the documents that it is made of.
    struct Compiled {
        var context: LDContext
        var uses: [String]
    }

    /// By local id, by the URL of a cached one, or by a URL that serves it from here.
    func find(_ name: String) -> KeptContext? {
        if let id = idsByURL[name] { return held[id]?.context }
        if let here = held[name] { return here.context }
        return ContextLibrary.localID(in: name).flatMap { held[$0]?.context }
    }

    mutating func put(_ context: KeptContext, bytes count: Int) {
        var context = context
        if let old = held[context.localID] {
            context.hits = old.context.hits
            context.lastUsedAt = old.context.lastUsedAt
        }
        remove(context.localID)
        turn += 1
        held[context.localID] = Held(
            context: context, bytes: count, turn: turn, checkedAt: context.createdAt)
        if let url = context.url { idsByURL[url] = context.localID }
        bytes += count
        while bytes > Self.bytesMax, held.count > 1,
            let oldest = held.min(by: { $0.value.turn < $1.value.turn })
        {
            remove(oldest.key)
        }
        compiled = [:]
    }

    mutating func remove(_ localID: String) {
        guard let old = held.removeValue(forKey: localID) else { return }
        if let url = old.context.url { idsByURL[url] = nil }
        bytes -= old.bytes
        compiled = [:]
        isLoaded = false
    }

    mutating func removeAll() {
        held = [:]
        idsByURL = [:]
        compiled = [:]
        bytes = 0
        isLoaded = false
    }

    /// - Parameter isCounted: a request named it; otherwise it is only not the next to go.
    mutating func noteUse(_ localID: String, at now: Timestamp, isCounted: Bool = true) {
        guard held[localID] != nil else { return }
        turn += 1
        held[localID]?.turn = turn
        guard isCounted else { return }
        held[localID]?.context.hits += 1
        held[localID]?.context.lastUsedAt = now
    }

    /// Whether a cached copy was last checked before `limit`; it counts as checked from now on, so
    /// that one request fetches it and the others go on with the copy.
    mutating func takeForRefresh(
        _ localID: String, before limit: Timestamp, at now: Timestamp
    )
        -> Bool
    {
        guard let found = held[localID], found.context.kind == .cached, found.checkedAt < limit
        else { return false }
        held[localID]?.checkedAt = now
        return true
    }

    /// What is known of its use, since that is kept in memory only.
    func withUse(_ context: KeptContext) -> KeptContext {
        var context = context
        context.hits = held[context.localID]?.context.hits ?? 0
        context.lastUsedAt = held[context.localID]?.context.lastUsedAt
        return context
    }

    func compiled(_ source: JSONValue) -> Compiled? { compiled[source] }

    mutating func keep(_ context: Compiled, for source: JSONValue) {
        if compiled.count >= Self.compiledMax { compiled = [:] }
        compiled[source] = context
    }
}
