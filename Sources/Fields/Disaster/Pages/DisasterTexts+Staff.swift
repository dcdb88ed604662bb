import CityKernel
import CityWeb

extension Texts {
    /// Words of the staff's pages of this field.
    static let ofDisasterStaff: Texts = [
        "staffHome": LocalizedText("本部", easy: "ほんぶ", en: "Headquarters"),
        "staffQueue": LocalizedText("待っていること", easy: "まって いる こと", en: "What waits"),
        "staffNothingWaits": LocalizedText(
            "危険な川も、届かない水位もありません", easy: "あぶない 川は ありません。すうじも きて います。",
            en: "No river is in danger and every gauge reports"),
        "staffThresholds": LocalizedText("基準水位", easy: "あぶなさの 高さ", en: "Thresholds"),
        "staffSchemes": LocalizedText(
            "橋のあかりの配色", easy: "はしの あかりの いろ", en: "Bridge light schemes"),
        "staffShelters": LocalizedText(
            "避難所の開設", easy: "ひなんじょを あける", en: "Shelter operation"),
        "staffShelterName": LocalizedText(
            "名前か住所", easy: "名前か ばしょ", en: "Name or address"),
        "staffOpenShelter": LocalizedText("開ける", easy: "あける", en: "Open"),
        "staffCloseShelter": LocalizedText("閉める", easy: "しめる", en: "Close"),
        "shelterStateOpen": LocalizedText("開設中", easy: "あいて いる", en: "Open"),
        "shelterStateFull": LocalizedText("満員", easy: "いっぱい", en: "Full"),
        "shelterStateClosed": LocalizedText("閉鎖", easy: "しまって いる", en: "Closed"),
        "staffReading": LocalizedText(
            "水位を手で入れる", easy: "水の 高さを 手で 入れる", en: "Enter a reading by hand"),
        "staffReadingText": LocalizedText(
            "目で見た値、電話で聞いた値を入れます。すぐに段階と橋のあかりに効きます。",
            easy: "目で 見た 高さ、電話で 聞いた 高さを 入れます。すぐ はしの あかりが かわります。",
            en: "What a person saw or heard. It counts for stage and light at once."),
        "staffClockHint": LocalizedText(
            "見た時刻。まだ来ない時刻は、きのうとみなします。",
            easy: "見た 時間。まだ こない 時間は、きのうの ことに なります。",
            en: "When it was seen; a time still to come means yesterday."),
        "staffSave": LocalizedText("保存する", easy: "ほぞんする", en: "Save"),
        "staffTry": LocalizedText(
            "いまの川でためす", easy: "いまの 川で ためす", en: "Try against the river now"),
        "staffPreview": LocalizedText(
            "この版にすると、いまの段階は", easy: "これに すると、いまの あぶなさは",
            en: "With this edition the stage now would go"),
        "staffSaved": LocalizedText(
            "保存しました。もう効いています。", easy: "ほぞんしました。もう つかって います。",
            en: "Saved, and in effect."),
        "staffNotSaved": LocalizedText(
            "まだ保存していません", easy: "まだ ほぞんして いません", en: "Nothing is saved yet"),
        "staffNotSavedText": LocalizedText(
            "赤い字のところを直して、もう一度送ってください。",
            easy: "赤い 字の ところを なおして、もう一ど おくって ください。",
            en: "Correct what is marked in red and send it again."),
        "staffEditions": LocalizedText("版", easy: "これまでの きまり", en: "Editions"),
        "staffInForce": LocalizedText("いま有効", easy: "いま つかって います", en: "In force"),
        "staffNewEdition": LocalizedText("新しい版", easy: "新しい きまり", en: "New edition"),
        "staffEarlier": LocalizedText("前の状態", easy: "まえの もの", en: "Earlier states"),
        "staffRestore": LocalizedText("この状態に戻す", easy: "これに もどす", en: "Restore this"),
        "staffSourceHint": LocalizedText(
            "告示、広報の号、電話の相手など。", easy: "どこで 見たか、だれに 聞いたか。",
            en: "A notice, a bulletin, who was on the phone."),
        "staffApprovedBy": LocalizedText("承認", easy: "きめた 人", en: "Approved by"),
        "staffUndo": LocalizedText("元に戻す", easy: "もとに もどす", en: "Undo"),
        "staffChanged": LocalizedText("変えました", easy: "かえました", en: "Changed"),
        "staffChoose": LocalizedText("この配色にする", easy: "この いろに する", en: "Use this scheme"),
        "staffChosen": LocalizedText("いま使っています", easy: "いま つかって います", en: "In use"),
        "staffEditColours": LocalizedText("色を直す", easy: "いろを なおす", en: "Edit colours"),
        "staffCalmLight": LocalizedText("平常のあかり", easy: "いつもの あかり", en: "Calm light"),
        "staffPattern": LocalizedText("光り方", easy: "ひかりかた", en: "Pattern"),
        "staffColour": LocalizedText("色", easy: "いろ", en: "Colour"),
        "staffSeePreview": LocalizedText("絵で確かめる", easy: "絵で 見る", en: "Preview"),
    ]
}
