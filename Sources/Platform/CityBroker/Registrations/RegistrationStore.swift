import CityKernel
import CityStore

/// Rows of `broker_registration`.
enum RegistrationStore {
    private static let columns = "id, document, created_at, modified_at"

    static func insert(
        _ registration: Registration, at now: Timestamp, in transaction: any Transaction
    ) throws {
        let inserted = try transaction.execute(
            """
            INSERT INTO broker_registration (id, document, created_at, modified_at)
            VALUES ($1, $2, $3, $3) ON CONFLICT (id) DO NOTHING
            """,
            [
                .text(registration.id), .text(text(of: registration)),
                .integer(now.microseconds),
            ])
        if inserted == 0 { throw RegistrationError.alreadyExists(registration.id) }
    }

    static func update(
        _ registration: Registration, at now: Timestamp, in transaction: any Transaction
    ) throws {
        try transaction.execute(
            "UPDATE broker_registration SET document = $2, modified_at = $3 WHERE id = $1",
            [
                .text(registration.id), .text(text(of: registration)),
                .integer(now.microseconds),
            ])
    }

    static func delete(_ id: String, in transaction: any Transaction) throws {
        let deleted = try transaction.execute(
            "DELETE FROM broker_registration WHERE id = $1", [.text(id)])
        if deleted == 0 { throw RegistrationError.notFound(id) }
    }

    static func find(
        _ id: String, _ library: ContextLibrary, in connection: any Connection
    ) throws -> StoredRegistration? {
        try library.loadAll(in: connection)
        return try connection.first(
            "SELECT \(columns) FROM broker_registration WHERE id = $1", [.text(id)]
        ) { try stored($0, library) }
    }

    /// In order of creation. One whose context the city no longer knows is told apart.
    static func listAll(
        _ library: ContextLibrary, in connection: any Connection
    ) throws -> (registrations: [StoredRegistration], unreadable: [String]) {
        try library.loadAll(in: connection)
        var registrations: [StoredRegistration] = []
        var unreadable: [String] = []
        try connection.forEach(
            "SELECT \(columns) FROM broker_registration ORDER BY created_at, id", []
        ) { row in
            do {
                registrations.append(try stored(row, library))
            } catch is any ProblemConvertible {
                unreadable.append(row.text(0))
            }
            return true
        }
        return (registrations, unreadable)
    }

    static func count(in connection: any Connection) throws -> Int {
        try connection.first("SELECT COUNT(*) FROM broker_registration") { $0.int(0) } ?? 0
    }

    /// Raised with every change of a registration, so that each process knows when to read again.
    static func raiseVersion(in transaction: any Transaction) throws -> Int64 {
        try transaction.first(
            """
            UPDATE broker_version SET version = version + 1 WHERE name = 'registration'
            RETURNING version
            """
        ) { $0.integer(0) } ?? 0
    }

    static func version(in connection: any Connection) throws -> Int64 {
        try connection.first(
            "SELECT version FROM broker_version WHERE name = 'registration'"
        ) { $0.integer(0) } ?? 0
    }

    /// The document has names as inside the city; the context it was written under stands beside it.
    private static func text(of registration: Registration) -> String {
        var object = registration.document
        object["@context"] = registration.context.source
        return JSONValue.object(object).text
    }

    private static func stored(
        _ row: any Row, _ library: ContextLibrary
    ) throws -> StoredRegistration {
        let json = try JSONValue(parsing: row.text(1))
        let context = try library.context(json["@context"])
        if let kept = json[NGSIv2RegistrationCodec.member] {
            return StoredRegistration(
                registration: try NGSIv2RegistrationCodec.registration(
                    kept: kept, id: row.text(0)),
                createdAt: Timestamp(microseconds: row.integer(2)),
                modifiedAt: Timestamp(microseconds: row.integer(3)))
        }
        // Names of the document are the city's already.
        var registration = try RegistrationCodec(.core).registration(
            json, id: row.text(0), now: Timestamp(microseconds: .min))
        registration.context = context
        return StoredRegistration(
            registration: registration, createdAt: Timestamp(microseconds: row.integer(2)),
            modifiedAt: Timestamp(microseconds: row.integer(3)))
    }
}
