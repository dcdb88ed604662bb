import CityKernel
import CityStore

/// One run of an import, as staff look back at it.
struct ImportRun: Sendable, Hashable {
    var id: Int64
    var mapping: String
    var edition: Int
    /// The file's name, or the source's.
    var origin: String
    var madeBy: String
    var at: Timestamp
    var report: RowReport
    /// Why nothing could be read at all; `nil` when rows were read.
    var failure: ImportRefusal?
}

/// A file between its upload and its import.
struct ImportDraft: Sendable, Hashable {
    var id: String
    var fileName: String
    var madeBy: String
    var at: Timestamp
    var bytes: [UInt8]
}

/// The SQL of imports. Every function is one statement.
enum ImportStore {
    /// Uploads that wait; older ones are forgotten.
    static let draftsMax = 20
    static let runsMax = 2_000

    static let migrations = [
        Migration(
            "edge-0004-imports",
            [
                """
                CREATE TABLE edge_import_run (
                    id {sequence},
                    mapping TEXT NOT NULL,
                    edition {integer} NOT NULL,
                    origin TEXT NOT NULL,
                    made_by TEXT NOT NULL,
                    at {integer} NOT NULL,
                    report TEXT NOT NULL,
                    failure TEXT
                ) {strict}
                """,
                "CREATE INDEX edge_import_run_mapping ON edge_import_run (mapping, id)",
                """
                CREATE TABLE edge_import_draft (
                    id TEXT NOT NULL PRIMARY KEY,
                    number {integer} NOT NULL,
                    file_name TEXT NOT NULL,
                    made_by TEXT NOT NULL,
                    at {integer} NOT NULL,
                    bytes {blob} NOT NULL
                ) {strict}
                """,
            ])
    ]

    // MARK: - Runs

    static func add(_ run: ImportRun, in transaction: any Transaction) throws -> Int64 {
        let id = try transaction.first(
            """
            INSERT INTO edge_import_run (mapping, edition, origin, made_by, at, report, failure)
            VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id
            """,
            [
                .text(run.mapping), SQLValue(run.edition), .text(run.origin), .text(run.madeBy),
                .integer(run.at.microseconds), .text(run.report.kept.text),
                SQLValue(run.failure?.kept.text),
            ]
        ) { $0.integer(0) }
        guard let id else { preconditionFailure("INSERT … RETURNING gives a row") }
        return id
    }

    /// Keeps the newest; a source that is pulled each minute would fill the disk with reports.
    static func forgetOldRuns(in transaction: any Transaction) throws {
        try transaction.execute(
            """
            DELETE FROM edge_import_run WHERE id <= (SELECT MAX(id) FROM edge_import_run) - $1
            """, [SQLValue(runsMax)])
    }

    static func findRun(_ id: Int64, in connection: any Connection) throws -> ImportRun? {
        try connection.first(
            "SELECT \(columns) FROM edge_import_run WHERE id = $1", [.integer(id)], run)
    }

    /// The newest first.
    static func listRuns(limit: Int, in connection: any Connection) throws -> [ImportRun] {
        try connection.query(
            "SELECT \(columns) FROM edge_import_run ORDER BY id DESC LIMIT $1",
            [SQLValue(limit)], run)
    }

    /// The newest run of every mapping.
    static func listLastRuns(in connection: any Connection) throws -> [ImportRun] {
        try connection.query(
            """
            SELECT \(columns) FROM edge_import_run
            WHERE id IN (SELECT MAX(id) FROM edge_import_run GROUP BY mapping)
            """, [], run)
    }

    private static let columns = "id, mapping, edition, origin, made_by, at, report, failure"

    private static func run(_ row: any Row) throws -> ImportRun {
        ImportRun(
            id: row.integer(0), mapping: row.text(1), edition: row.int(2), origin: row.text(3),
            madeBy: row.text(4), at: Timestamp(microseconds: row.integer(5)),
            report: RowReport(kept: try JSONValue(parsing: row.text(6).utf8)),
            failure: row.optionalText(7).map(ImportRefusal.init(keptText:)))
    }

    // MARK: - Drafts

    static func add(_ draft: ImportDraft, in transaction: any Transaction) throws {
        try transaction.execute(
            """
            INSERT INTO edge_import_draft (id, number, file_name, made_by, at, bytes)
            SELECT $1, COALESCE(MAX(number), 0) + 1, $2, $3, $4, $5 FROM edge_import_draft
            """,
            [
                .text(draft.id), .text(draft.fileName), .text(draft.madeBy),
                .integer(draft.at.microseconds), .blob(draft.bytes),
            ])
    }

    static func forgetOldDrafts(in transaction: any Transaction) throws {
        try transaction.execute(
            """
            DELETE FROM edge_import_draft
            WHERE number <= (SELECT MAX(number) FROM edge_import_draft) - $1
            """, [SQLValue(draftsMax)])
    }

    static func findDraft(_ id: String, in connection: any Connection) throws -> ImportDraft? {
        try connection.first(
            "SELECT id, file_name, made_by, at, bytes FROM edge_import_draft WHERE id = $1",
            [.text(id)]
        ) { row in
            ImportDraft(
                id: row.text(0), fileName: row.text(1), madeBy: row.text(2),
                at: Timestamp(microseconds: row.integer(3)), bytes: row.blob(4))
        }
    }

    static func removeDraft(_ id: String, in transaction: any Transaction) throws {
        try transaction.execute("DELETE FROM edge_import_draft WHERE id = $1", [.text(id)])
    }
}
