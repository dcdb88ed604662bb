import CityKernel
import Synchronization

/// Answers to queries, kept while nothing that they could show has changed.
///
/// Only for a process that is alone on its database. A stamp is taken before the snapshot is read, and
/// changes are noted after their commit and before the writer is answered: who asks after a write never
/// gets an answer from before it.
final class AnswerBook: Sendable {
    /// Different queries kept; one more empties the book.
    static let answersMax = 512
    /// Entities in all answers together, about 2 KB each.
    static let entitiesMax = 8_192

    /// The state of all types that a query can show.
    struct Stamp: Hashable, Sendable {
        fileprivate let changes: UInt64
    }

    private struct Answer {
        var stamp: Stamp
        var page: EntityPage
    }

    private struct State {
        var answers: [EntityQuery: Answer] = [:]
        var entityCount = 0
        var changes: UInt64 = 0
        var changesByType: [String: UInt64] = [:]

        /// Counts only rise, so that a sum is the same only while each of them is.
        func stamp(_ types: [String]) -> Stamp {
            guard !types.isEmpty else { return Stamp(changes: changes) }
            return Stamp(changes: types.reduce(0) { $0 + (changesByType[$1] ?? 0) })
        }
    }

    private let state = Mutex(State())

    func stamp(of query: EntityQuery) -> Stamp { state.withLock { $0.stamp(query.shownTypes) } }

    func find(_ query: EntityQuery) -> EntityPage? {
        state.withLock { state in
            guard let answer = state.answers[query], answer.stamp == state.stamp(query.shownTypes)
            else { return nil }
            return answer.page
        }
    }

    func keep(_ page: EntityPage, of query: EntityQuery, _ stamp: Stamp) {
        // One large page would drive out many small ones.
        guard page.entities.count <= Self.entitiesMax / 8 else { return }
        state.withLock { state in
            state.entityCount += page.entities.count
            state.entityCount -= state.answers[query]?.page.entities.count ?? 0
            state.answers[query] = Answer(stamp: stamp, page: page)
            guard
                state.answers.count > Self.answersMax || state.entityCount > Self.entitiesMax
            else { return }
            state.answers = [query: Answer(stamp: stamp, page: page)]
            state.entityCount = page.entities.count
        }
    }

    /// Entities of these types were written.
    func note(_ types: Set<String>) {
        state.withLock { state in
            state.changes += 1
            for type in types { state.changesByType[type, default: 0] += 1 }
        }
    }

    var count: Int { state.withLock { $0.answers.count } }
}

extension EntityQuery {
    /// Whose changes can change the answer; empty for all. A filter that follows relationships asks
    /// entities of other types.
    fileprivate var shownTypes: [String] {
        (filter?.linkDepth ?? 0) > 0 ? [] : types
    }
}
