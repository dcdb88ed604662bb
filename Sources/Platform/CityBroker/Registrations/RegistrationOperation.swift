/// What a context source is willing to do (ETSI GS CIM 009 §4.20), spelled as there.
package enum RegistrationOperation: String, Sendable, Hashable, CaseIterable {
    case createEntity, updateEntity, appendAttrs, updateAttrs, deleteAttrs, deleteEntity
    case createBatch, upsertBatch, updateBatch, deleteBatch, mergeBatch
    case upsertTemporal, appendAttrsTemporal, deleteAttrsTemporal, updateAttrsTemporal
    case deleteAttrInstanceTemporal, deleteTemporal
    case mergeEntity, replaceEntity, replaceAttrs, purgeEntity
    case retrieveEntity, queryEntity, queryBatch, retrieveTemporal, queryTemporal
    case retrieveEntityTypes, retrieveEntityTypeDetails, retrieveEntityTypeInfo
    case retrieveAttrTypes, retrieveAttrTypeDetails, retrieveAttrTypeInfo
    case createSubscription, updateSubscription, retrieveSubscription, querySubscription
    case deleteSubscription
    case createEntityMap, updateEntityMap, deleteEntityMap, retrieveEntityMap
    case retrieveSourceIdentity = "retrieveContextSourceIdentity"

    /// The names that stand for several operations (§4.20, tables 4.20-2 to 4.20-6).
    package static let groups: [String: Set<RegistrationOperation>] = [
        "federationOps": federation,
        "updateOps": [.updateEntity, .updateAttrs, .replaceEntity, .replaceAttrs],
        "retrieveOps": [.retrieveEntity, .queryEntity],
        "redirectionOps": redirection,
        "managementOps": management,
    ]

    private static let discovery: Set<RegistrationOperation> = [
        .retrieveEntityTypes, .retrieveEntityTypeDetails, .retrieveEntityTypeInfo,
        .retrieveAttrTypes, .retrieveAttrTypeDetails, .retrieveAttrTypeInfo,
    ]

    private static let federation = discovery.union([
        .retrieveEntity, .queryEntity, .queryBatch, .retrieveTemporal, .queryTemporal,
        .createSubscription, .updateSubscription, .retrieveSubscription, .querySubscription,
        .deleteSubscription, .createEntityMap, .updateEntityMap, .deleteEntityMap,
        .retrieveEntityMap, .retrieveSourceIdentity,
    ])

    private static let redirection = discovery.union([
        .createEntity, .updateEntity, .appendAttrs, .updateAttrs, .deleteAttrs, .deleteEntity,
        .mergeEntity, .replaceEntity, .replaceAttrs, .purgeEntity, .retrieveEntity, .queryEntity,
    ])

    private static let management: Set<RegistrationOperation> = [
        .createEntity, .updateEntity, .appendAttrs, .updateAttrs, .deleteAttrs, .deleteEntity,
        .mergeEntity, .replaceEntity, .replaceAttrs, .purgeEntity, .createBatch, .upsertBatch,
        .updateBatch, .deleteBatch, .mergeBatch, .upsertTemporal, .appendAttrsTemporal,
        .deleteAttrsTemporal, .updateAttrsTemporal, .deleteAttrInstanceTemporal,
        .deleteTemporal, .retrieveEntity, .queryEntity, .queryBatch,
    ]

    /// What a registration that names no operations stands for.
    package static let defaultGroup = "federationOps"

    /// - Returns: `nil` for a word that is neither an operation nor a group.
    package static func named(_ word: String) -> Set<RegistrationOperation>? {
        if let group = groups[word] { return group }
        return RegistrationOperation(rawValue: word).map { [$0] }
    }

    /// The only operations that an auxiliary source may offer (§5.9.2.4).
    package static let auxiliary: Set<RegistrationOperation> = [.retrieveEntity, .queryEntity]
}
