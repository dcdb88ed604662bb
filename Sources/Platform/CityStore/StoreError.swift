package import CityKernel

/// What a database can do to us.
package enum StoreError: Error, Sendable, Hashable {
    /// The queue of waiting writes is full.
    case busy(queueMax: Int)
    /// The disk is full; nothing was written.
    case storageFull
    /// The database cannot be reached; nothing is known to be written.
    case unavailable(String)
    /// A constraint of the schema refused the row.
    case constraint(String)
    /// A migration differs from the one that was applied.
    case migration(String)
    case closed
    /// Any other refusal of the engine, with its own words. The SQL is ours and holds no values.
    case failed(sql: String, message: String)
}

extension StoreError {
    /// Any error as one of ours.
    init(caught error: any Error) {
        self = error as? StoreError ?? .failed(sql: "", message: "\(error)")
    }

    /// One line for logs and the health page. Holds no values of rows.
    package var summary: String {
        switch self {
        case .busy(let queueMax): "\(queueMax) writes are waiting already"
        case .storageFull: "the disk is full"
        case .unavailable(let message): "unavailable: \(message)"
        case .constraint(let message): "refused by a constraint: \(message)"
        case .migration(let message): "migration: \(message)"
        case .closed: "the store is closed"
        case .failed(let sql, let message): "\(message) in \(sql)"
        }
    }
}

extension StoreError: ProblemConvertible {
    package var problem: Problem {
        switch self {
        case .busy:
            Problem(
                .tooManyRequests, title: "Too many writes are waiting",
                detail: "The queue of waiting writes is full; nothing was written.",
                remedy: "Send again in a few seconds.")
        case .storageFull:
            Problem(
                .storageFull, title: "The disk is full",
                detail: "Nothing was written; everything acknowledged before is kept.",
                remedy: "Free space on the data disk; writing resumes by itself.")
        case .unavailable, .closed:
            Problem(
                .unavailable, title: "The database cannot be reached",
                detail: "The change is not known to be stored.",
                remedy: "Send again; the same change is not stored twice.")
        case .constraint:
            Problem(
                .conflict, title: "The change contradicts what is stored",
                detail: "A rule of the database refused it; nothing was written.")
        case .migration, .failed:
            Problem(
                .internalError, title: "The database refused a statement",
                detail: "The fault is in the program and was logged; nothing was written.")
        }
    }
}
