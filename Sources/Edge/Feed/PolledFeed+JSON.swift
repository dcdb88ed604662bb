import CityKernel

extension PolledFeed.Health {
    /// For the status of the ingest door.
    var json: JSONValue {
        [
            "lastGoodAt": lastGoodAt.json, "newestReadingAt": newestReadingAt.json,
            "failures": .integer(failures),
            "lastFailure": lastFailure.map(JSONValue.string) ?? .null,
            "lastFailureAt": lastFailureAt.json, "lastReport": lastReport?.json ?? .null,
        ]
    }
}
