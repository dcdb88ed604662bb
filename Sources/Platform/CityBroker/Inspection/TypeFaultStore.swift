import CityKernel
import CityStore

/// Rows of `broker_type_fault`.
enum TypeFaultStore {
    /// Adds to a writer's row; a row that would be one too many is left out.
    static func add(_ tally: Inspection.Tally, in connection: any Connection) throws {
        try connection.execute(
            """
            INSERT INTO broker_type_fault
                (type, writer, faults, first_at, last_at, attribute, message, remedy)
            SELECT $1, $2, $3, $4, $5, $6, $7, $8
            WHERE (SELECT COUNT(*) FROM broker_type_fault) < $9
                OR EXISTS (SELECT 1 FROM broker_type_fault WHERE type = $1 AND writer = $2)
            ON CONFLICT (type, writer) DO UPDATE SET
                faults = broker_type_fault.faults + excluded.faults,
                last_at = excluded.last_at, attribute = excluded.attribute,
                message = excluded.message, remedy = excluded.remedy
            """,
            [
                .text(tally.type), .text(tally.writer), SQLValue(tally.count),
                .integer(tally.firstAt.microseconds), .integer(tally.lastAt.microseconds),
                .text(tally.last.attribute), .text(kept(tally.last.message)),
                .text(tally.last.remedy), SQLValue(Inspection.talliesMax),
            ])
    }

    private static func kept(_ words: LocalizedText) -> String {
        let texts = Language.allCases.map { ($0.rawValue, JSONValue.string(words[$0])) }
        return JSONValue.object(JSONObject(texts)).text
    }

    /// A row of before holds one text for all languages.
    private static func said(_ text: String) -> LocalizedText {
        guard text.first == "{", let texts = try? JSONValue(parsing: text.utf8) else {
            // Not JSON: it is the text itself.
            return LocalizedText(text)
        }
        return LocalizedText { texts[$0.rawValue]?.string ?? text }
    }

    /// Forgets whoever has mended it.
    static func forget(before: Timestamp, in connection: any Connection) throws {
        try connection.execute(
            "DELETE FROM broker_type_fault WHERE last_at < $1", [.integer(before.microseconds)])
    }

    /// Those with most faults first.
    static func list(limit: Int, in connection: any Connection) throws -> [Inspection.Tally] {
        try connection.query(
            """
            SELECT type, writer, faults, first_at, last_at, attribute, message, remedy
            FROM broker_type_fault ORDER BY faults DESC, type, writer LIMIT $1
            """, [SQLValue(limit)]
        ) { row in
            Inspection.Tally(
                type: row.text(0), writer: row.text(1), count: row.int(2),
                firstAt: Timestamp(microseconds: row.integer(3)),
                lastAt: Timestamp(microseconds: row.integer(4)),
                last: .init(
                    type: row.text(0), attribute: row.text(5), message: said(row.text(6)),
                    remedy: row.text(7)))
        }
    }
}
