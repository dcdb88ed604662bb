import CityStore

extension Broker {
    /// Who writes what does not fit the description of its type: a row for each writer and type.
    static let typeFaultTable = Migration(
        "broker-0202-type-faults",
        [
            """
            CREATE TABLE broker_type_fault (
                type TEXT NOT NULL,
                writer TEXT NOT NULL,
                faults {integer} NOT NULL,
                first_at {integer} NOT NULL,
                last_at {integer} NOT NULL,
                attribute TEXT NOT NULL,
                message TEXT NOT NULL,
                remedy TEXT NOT NULL,
                PRIMARY KEY (type, writer)
            ) {withoutRowid}
            """
        ])
}
