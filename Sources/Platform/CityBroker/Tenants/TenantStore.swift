import CityStore

/// Rows of `broker_tenant` in the home's database. Their numbers name the tenants' databases.
enum TenantStore {
    static func find(_ name: String, in connection: any Connection) throws -> Int64? {
        try connection.first(
            "SELECT id FROM broker_tenant WHERE name = $1", [.text(name)]
        ) { $0.integer(0) }
    }

    static func insert(_ name: String, in transaction: any Transaction) throws -> Int64 {
        let number = try transaction.first(
            "INSERT INTO broker_tenant (name) VALUES ($1) RETURNING id", [.text(name)]
        ) { $0.integer(0) }
        guard let number else { preconditionFailure("an insert returns its row") }
        return number
    }

    static func count(in connection: any Connection) throws -> Int {
        try connection.first("SELECT COUNT(*) FROM broker_tenant") { $0.int(0) } ?? 0
    }

    static func list(in connection: any Connection) throws -> [(name: String, number: Int64)] {
        try connection.query("SELECT name, id FROM broker_tenant ORDER BY id") {
            ($0.text(0), $0.integer(1))
        }
    }
}
