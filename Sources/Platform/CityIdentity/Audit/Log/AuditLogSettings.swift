/// `audit` of `city.yaml`: the log's name, and the neighbours who keep each other honest.
package struct AuditLogSettings: Sendable, Hashable {
    /// A neighbour who cosigns this city's checkpoints.
    package struct Witness: Sendable, Hashable {
        package var key: NoteKey
        /// `…/add-checkpoint` follows.
        package var url: String

        package init(key: NoteKey, url: String) {
            self.key = key
            self.url = url
        }
    }

    package static let checkpointSecondsStandard = 60
    package static let witnessesMax = 16
    package static let neighboursMax = 200

    /// Names the log in every checkpoint: by custom its public address without the scheme.
    package var origin: String
    package var checkpointSeconds = checkpointSecondsStandard
    package var witnesses: [Witness] = []
    /// Logs whose checkpoints this city cosigns; each key's name is the log's origin.
    package var neighbours: [NoteKey] = []

    /// - Precondition: `origin` may name a key.
    package init(origin: String) {
        precondition(NoteKey.isName(origin), "a log's name has no blanks and no plus sign")
        self.origin = origin
    }

    /// The name of a city's log that the settings do not give.
    package static func standardOrigin(cityID: String) -> String { "cityos/\(cityID)/audit" }
}
