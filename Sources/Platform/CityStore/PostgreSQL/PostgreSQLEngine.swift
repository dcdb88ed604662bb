import CityKernel
import Logging
import Synchronization

/// PostgreSQL through libpq: the tenant is a schema, and several processes may share it.
final class PostgreSQLEngine: Engine {
    let location: StoreLocation
    let dialect = Dialect.postgreSQL
    let board = NotificationBoard()
    private let address: PostgreSQLAddress
    private let health: HealthBook
    private let listener = Mutex<PostgreSQLListener?>(nil)

    /// Reaches the server and creates the tenant's schema when it is new.
    init(_ configuration: StoreConfiguration, health: HealthBook, logger: Logger) throws {
        guard case .postgres(let url, let schema) = configuration.location else {
            preconditionFailure("PostgreSQL is asked to open \(configuration.location)")
        }
        location = configuration.location
        self.health = health
        address = try PostgreSQLAddress(
            url: url, schema: schema, durability: configuration.durability, logger: logger)
        let connection = try PostgreSQLAdministration(address)
        try connection.refuseForeignOrder()
        try connection.createSchema()
        try connection.createWriterSequence()
    }

    func withWriter(_ work: (any WriterSession) -> Void) {
        var writerAddress = address
        writerAddress.isWriter = true
        work(PostgreSQLSession(writerAddress, health: health))
    }

    func withReader(_ work: (any ReaderSession) -> Void) throws {
        work(PostgreSQLSession(address, health: health))
    }

    func startListening() {
        listener.withLock { listener in
            listener = PostgreSQLListener(address, board: board, health: health)
        }
    }

    func backUp(to path: String, progress: @escaping @Sendable (Double) -> Void) throws {
        try PostgreSQLBackup(address).write(to: path, progress: progress)
    }

    func close() async {
        let listener = listener.withLock { $0 }
        await listener?.stop()
    }
}
