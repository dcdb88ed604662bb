package import CityKernel

/// 段階のことば: the reviewed name of one river stage and what to do now. Pages print it as it is.
package struct StageText: Noun, Hashable {
    package static let entityType = "StageText"

    /// The longest sentence that a tired person reads at a glance.
    package static let charactersMax = 60

    /// `urn:ngsi-ld:StageText:<city>:<standing>`.
    package var id: EntityID
    package var standing: FloodStage.Standing
    package var name: LocalizedText
    package var doNow: LocalizedText

    package init(
        id: EntityID, standing: FloodStage.Standing, name: LocalizedText, doNow: LocalizedText
    ) {
        self.id = id
        self.standing = standing
        self.name = name
        self.doNow = doNow
    }

    package init(_ entity: Entity) throws(NounError) {
        self.init(
            id: entity.id,
            standing: try entity.requireChoice("stage", of: FloodStage.Standing.self),
            name: try entity.requireText("name"), doNow: try entity.requireText("doNow"))
    }

    package var attributes: [NamedAttribute] {
        [
            NamedAttribute("stage", .property(.string(standing.rawValue))),
            NamedAttribute("name", .text(name)),
            NamedAttribute("doNow", .text(doNow)),
        ]
    }
}
