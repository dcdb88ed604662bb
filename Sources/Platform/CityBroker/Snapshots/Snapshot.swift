package import CityKernel

/// What several queries found at one moment, kept as it was (ETSI GS CIM 009 §5.16, §5.2.41):
/// entities in it do not follow those of the city.
package struct Snapshot: Sendable, Hashable {
    /// Snapshots that the city keeps at once.
    package static let countMax = 100
    /// Queries that one is made of.
    package static let queriesMax = 16
    /// Entities in one.
    package static let entitiesMax = 10_000
    package static let lifetimeDefault = Duration.seconds(3_600)
    /// However long somebody wants to keep one.
    package static let lifetimeMax = Duration.seconds(7 * 86_400)
    package static let priorityDefault: Int64 = 5
    package static let priorities: ClosedRange<Int64> = 0...10

    package enum Status: String, Sendable, Hashable {
        /// The queries have not all been answered.
        case preparing
        /// Each query found something, or nothing, or failed, or some of them did.
        case success, empty, failure, partial
    }

    /// What became of one query (§5.2.42).
    package struct Outcome: Sendable, Hashable {
        package var status: Status
        package var problem: Problem?

        package init(_ status: Status, _ problem: Problem? = nil) {
            self.status = status
            self.problem = problem
        }

        package var json: JSONValue {
            var object = JSONObject([
                ("type", "ExecutionResult"), ("resultStatus", .string(status.rawValue)),
            ])
            if let problem {
                object.append(
                    "problemDetails",
                    ["title": .string(problem.title), "detail": .string(problem.detail)])
            }
            return .object(object)
        }
    }

    package var id: String
    /// `Query` documents as they were sent, each with the `@context` it is read under.
    package var queries: [JSONValue]
    package var priority: Int64
    package var status: Status = .preparing
    /// As `Outcome.json`, in the order of the queries.
    package var details: [JSONValue] = []
    package var createdAt: Timestamp
    package var modifiedAt: Timestamp
    package var lastUsedAt: Timestamp
    package var expiresAt: Timestamp

    /// - Parameter lifetime: as wished; the city bounds it.
    package init(
        id: String, queries: [JSONValue], priority: Int64?, lifetime: Duration?, now: Timestamp
    ) {
        self.id = id
        self.queries = queries
        self.priority = priority ?? Self.priorityDefault
        createdAt = now
        modifiedAt = now
        lastUsedAt = now
        expiresAt = now + min(lifetime ?? Self.lifetimeDefault, Self.lifetimeMax)
    }

    /// The status that follows from what became of the queries.
    static func status(of outcomes: [Outcome]) -> Status {
        let kinds = Set(outcomes.map(\.status))
        if kinds == [.failure] { return .failure }
        if kinds.contains(.failure) || kinds.contains(.partial) { return .partial }
        return kinds == [.empty] ? .empty : .success
    }
}

// MARK: - Its members

extension Snapshot {
    package var json: JSONValue {
        [
            "id": .string(id), "type": "Snapshot",
            "snapshotQueries": .array(queries), "snapshotPriority": .integer(priority),
            "snapshotStatus": .string(status.rawValue), "snapshotQueriesDetails": .array(details),
            "createdAt": .string(createdAt.iso8601), "modifiedAt": .string(modifiedAt.iso8601),
            "lastUsedAt": .string(lastUsedAt.iso8601), "expiresAt": .string(expiresAt.iso8601),
        ]
    }

    /// What a purge may ask for (§5.16.7.4).
    package static let members: Set<String> = [
        "id", "type", "snapshotPriority", "snapshotStatus", "createdAt", "modifiedAt",
        "lastUsedAt", "expiresAt",
    ]

    /// As an entity, so that a `q` can be asked of it.
    var asEntity: Entity? {
        guard let entityID = EntityID(id), let object = json.object else { return nil }
        var entity = Entity(id: entityID, types: ["Snapshot"])
        for (key, value) in object where Self.members.contains(key) {
            entity.attributes.append(NamedAttribute(key, Attribute(.property, value)))
        }
        entity.createdAt = createdAt
        entity.modifiedAt = modifiedAt
        return entity
    }
}

/// Why a snapshot is not to be had.
package enum SnapshotError: Error, Sendable, Hashable {
    case notFound(String)
    case alreadyExists(String)
    case preparing(String)
    case tooMany
    case tooManyEntities
}

extension SnapshotError: ProblemConvertible {
    package var problem: Problem {
        switch self {
        case .notFound(let id):
            Problem(
                .notFound, title: "The snapshot is not known",
                detail: "\(id) does not exist or has expired.",
                remedy: "Make a new one by POST to /snapshots.")
        case .alreadyExists(let id):
            Problem(
                .alreadyExists, title: "The snapshot exists already",
                detail: "\(id) was not changed.")
        case .preparing(let id):
            Problem(
                .conflict, title: "The snapshot is being prepared",
                detail: "\(id) does not hold all of its entities yet.",
                remedy: "Ask again when its snapshotStatus is no longer preparing.")
        case .tooMany:
            Problem(
                .tooManyRequests, title: "Too many snapshots are kept",
                detail: "The city keeps at most \(Snapshot.countMax) at once.",
                remedy: "Delete those that are not needed, or wait until some expire.")
        case .tooManyEntities:
            Problem(
                .tooManyResults, title: "The queries find too many entities for a snapshot",
                detail: "A snapshot holds at most \(Snapshot.entitiesMax) entities.",
                remedy: "Narrow the queries.")
        }
    }
}
