"""How the whole picture is asked for in English, German, Spanish and French."""

from __future__ import annotations

from .asks_words import Language, Part, phrases

ENGLISH = Language(
    phrases(
        {
            Part.FILLER: """
                a, an, into, to, as, of, with, and, but, while, by, at, be, like, look like,
                looks like, please, some, for, so, then, can you, could you, i want,
                look like it was painted, the time of day, the season,
                light the whole scene accordingly, filter, visible brush strokes,
                visible brushstrokes, brush strokes, soft washes, visible paper, clean ink lines,
                flat colors, flat colours, natural, realistic
            """,
            Part.MAKE: "make",
            Part.VERB: """
                turn, convert, change, let, transform, render, shift, adjust, edit, restyle,
                redraw, repaint
            """,
            Part.GIVE: "give, set, apply",
            Part.THE: "the, its, my, your",
            Part.THIS: "this, that",
            Part.IN: "in",
            Part.WHOLE: """
                it, picture, photo, photograph, image, scene, everything, all,
                everything in the picture, everything in the photo, everything in the image,
                everything in the scene, all of it, whole of the picture, layer
            """,
            Part.ENTIRE: "whole, entire, overall, complete",
            Part.ASPECT: """
                colours, colors, tone, tones, hues, color palette, colour palette, lighting, mood,
                atmosphere, look, style, effect, feel, vibe, color grading, colour grading
            """,
            Part.QUALITY: """
                contrast, saturation, brightness, exposure, vibrance, warmth, sharpness, clarity,
                color temperature, colour temperature
            """,
            Part.MORE: """
                more, less, much, very, slightly, a bit, a little, a lot, somewhat, a touch,
                strongly, increase, increased, decrease, decreased, reduce, reduced, raise, lower,
                boost, higher, stronger, weaker, up, down, enhance, intensify, lots of
            """,
            Part.PERCENT: "%, percent, per cent",
            Part.TREATMENT: """
                black and white, black & white, b & w, bw, monochrome, monochromatic, greyscale,
                grayscale, grey scale, gray scale, sepia, sepia toned, warmer, warm, colder,
                cooler, cool tone, cool tones, cool colours, cool colors, cool look, cold tones,
                cold colours, cold colors, brighter, bright, darker, dark, lighter, moody,
                saturated, desaturated, vivid, vibrant, colourful, colorful, muted, faded,
                washed out, pale, vintage, retro, cinematic, dramatic, impressionist,
                impressionistic, expressionist, cubist, surrealist, art nouveau, art deco, ukiyo e,
                photorealistic, pixelated, cartoonish, painterly, noir, film noir, high contrast,
                low contrast, high key, low key, sharper, crisper, blurry, auto levels, warm light,
                golden light, evening light, morning light, golden hour light, moonlit, hand drawn,
                hand painted, animated, impressionism, watercoloured, watercolored
            """,
            Part.TREATING: """
                brighten, darken, lighten, warm up, cool down, desaturate, saturate, colorize,
                colourise, colorise, colourize, sharpen, blur, denoise, pixelate, posterize
            """,
            Part.TIME: """
                day, night, daytime, nighttime, night time, day time, daylight, dusk, dawn,
                twilight, evening, morning, midday, noon, midnight, golden hour, blue hour, winter,
                summer, autumn, wintertime, summertime
            """,
            Part.THING: """
                anime, manga, pop art, pixel art, sunset, sunrise, spring, springtime, moonlight,
                oil painting, acrylic painting, watercolor painting, watercolour painting,
                gouache painting, impressionist painting, painting, oils, acrylic, acrylics,
                watercolor, watercolour, gouache, pastel, pastels, pastel drawing, sketch,
                pencil sketch, pencil drawing, charcoal sketch, charcoal drawing, ink sketch,
                ink drawing, pen and ink, pen and ink drawing, pen drawing, line drawing, line art,
                drawing, cartoon, comic, comic book, comic drawing, engraving, etching, woodcut,
                linocut, illustration, mosaic, stained glass, polaroid, pixel art picture
            """,
            Part.STYLE_OF: "in the style of, in the manner of, the style of",
            Part.KEEP: """
                keep, keeping, preserve, preserving, maintain, maintaining, retain, leave,
                do not change, don t change, do not alter, don t alter, without changing,
                without altering, change nothing
            """,
        }
    ),
    phrases(
        {
            Part.FILLER: """
                the, a, and, or, of, it, is, as, exactly, in, its, all, any, anything, everything,
                nothing, else, the rest, other, everything in the picture, original
            """,
            Part.SAME: "same",
            Part.KEPT: """
                composition, pose, poses, identity, expression, layout, perspective, framing,
                proportions, shapes, outlines, text, lighting, natural, consistent, unchanged,
                intact, details, content, structure, aspect ratio, contours, the same way,
                subject s identity, scene lighting
            """,
            Part.PLACE: """
                person, people, face, faces, subject, subjects, product, clothing, background,
                colors, colours, style, features
            """,
        }
    ),
    frozenset(("Dawn", "Summer", "Autumn", "Winter")),
)

GERMAN = Language(
    phrases(
        {
            Part.FILLER: """
                ein, eine, einen, einer, eines, einem, zu, zum, als, wie, mit, und, aber, von, um,
                aus, bitte, werden, aussehen, wirken, soll, sein, etwas von, daraus, so, dann,
                filter, ab, der tageszeit, die tageszeit, die jahreszeit, bei
            """,
            Part.MAKE: "mach, mache, machen",
            Part.VERB: """
                verwandle, verwandeln, wandle, wandel, wandeln, umwandeln, ändere, ändern,
                konvertiere, färbe, gestalte, verändere
            """,
            Part.GIVE: "gib, gebt, stelle, setze",
            Part.THE: "der, die, das, dem, den, des, mein, meine, meinem",
            Part.THIS: "dieses, dies, diese, diesem",
            Part.IN: "in, auf",
            Part.WHOLE: """
                es, bild, foto, fotografie, aufnahme, szene, alles, bildes, des fotos
            """,
            Part.ENTIRE: "ganze, ganzes, gesamte, gesamtes, ganzen, gesamten, komplette",
            Part.ASPECT: """
                farben, töne, tönen, farbton, farbtöne, farbtönen, stimmung, stil, look, effekt,
                beleuchtung, atmosphäre, farbpalette
            """,
            Part.QUALITY: """
                kontrast, kontraste, sättigung, farbsättigung, helligkeit, belichtung, schärfe
            """,
            Part.MORE: """
                mehr, weniger, viel, sehr, etwas, leicht, ein bisschen, bisschen, ein wenig, wenig,
                deutlich, stärker, schwächer, höher, niedriger, erhöhe, erhöhen, verringere,
                verringern, reduziere, reduzieren, senke, steigere, stark
            """,
            Part.PERCENT: "%, prozent",
            Part.TREATMENT: """
                schwarzweiß, schwarz weiß, schwarzweiss, schwarz weiss, monochrom, graustufen,
                sepia, wärmer, warm, warme, warmen, wärmere, wärmeren, kälter, kühler,
                kühle farben, kalte farben, kühlere, kältere, heller, hell, dunkler, dunkel,
                düster, gesättigt, gesättigter, entsättigt, lebendiger, lebhafter, farbenfroh,
                farbenfroher, kräftiger, kräftigere, bunter, gedämpft, gedämpfte, gedämpften,
                verblasst, ausgeblichen, vintage, retro, filmisch, dramatisch, dramatischer,
                impressionistisch, impressionistischen, expressionistisch, kubistisch, pixelkunst,
                schärfer, kontrastreich, kontrastreicher, comicstil, comic stil, zeichentrickstil,
                warmes licht, goldenes licht, abendlicht, im stil des impressionismus
            """,
            Part.TREATING: """
                erhelle, helle, dunkle, aufhellen, abdunkeln, entsättige, entsättigen,
                schärfe das bild, koloriere, kolorieren
            """,
            Part.TIME: """
                tag, nacht, tageslicht, dämmerung, abenddämmerung, morgendämmerung, abend, morgen,
                mittag, mitternacht, goldene stunde, goldenen stunde, blaue stunde, blauen stunde,
                winter, sommer, herbst, frühling
            """,
            Part.THING: """
                anime, manga, pop art, pixel art, sonnenuntergang, sonnenaufgang, ölgemälde,
                ölbild, öl gemälde, gemälde, aquarell, aquarellgemälde, aquarellbild, acrylbild,
                acrylgemälde, gouache, pastell, pastellzeichnung, skizze, bleistiftskizze,
                bleistiftzeichnung, kohlezeichnung, kohleskizze, tuschezeichnung, tuscheskizze,
                federzeichnung, strichzeichnung, zeichnung, cartoon, comic, zeichentrick, stich,
                kupferstich, radierung, holzschnitt, linolschnitt, illustration, mosaik,
                ölgemäldes, aquarells, gemäldes, comics, cartoons
            """,
            Part.STYLE_OF: """
                im stil von, im stile von, im stil eines, im stil einer, im stil, in der art von
            """,
            Part.KEEP: """
                behalte, behalt, bewahre, erhalte, lass, lasse, ändere nicht, ändere nichts
            """,
        }
    ),
    phrases(
        {
            Part.FILLER: """
                der, die, das, den, und, bei, sonst, anderes, andere, alles, nichts, am, an
            """,
            Part.SAME: "gleiche, gleichen, dieselbe, denselben, dasselbe, selbe, selben",
            Part.KEPT: """
                komposition, pose, haltung, identität, ausdruck, perspektive, proportionen, formen,
                umrisse, text, beleuchtung, aufbau, bildaufbau, unverändert, natürlich, gleich
            """,
            Part.PLACE: """
                person, personen, gesicht, gesichter, motiv, produkt, kleidung, hintergrund, farben
            """,
        }
    ),
)

SPANISH = Language(
    phrases(
        {
            Part.FILLER: """
                un, una, a, al, de, del, como, con, y, pero, por, favor, que, sea, parezca, se vea,
                aspecto de, hazlo, hazla, ponlo, ponla, conviértelo, conviértela, vuélvelo,
                vuélvela, transfórmalo, transfórmala, pásalo, pásala, la hora del día, luego,
                filtro
            """,
            Part.MAKE: "haz, hacer",
            Part.VERB: """
                haz que parezca, haz que sea, convierte, convertir, transforma, transformar,
                cambia, cambiar, vuelve, pasa, pasar, ajusta
            """,
            Part.GIVE: "pon, da, dale, aplica",
            Part.THE: "el, la, los, las, mi, su",
            Part.THIS: "esto, este, esta",
            Part.IN: "en",
            Part.WHOLE: """
                imagen, foto, fotografía, escena, todo, toda, cuadro completo, imagen entera,
                imagen completa, foto entera
            """,
            Part.ASPECT: """
                colores, tonos, tono, estilo, efecto, ambiente, atmósfera, iluminación, aspecto
            """,
            Part.QUALITY: "contraste, saturación, brillo, exposición, nitidez, luminosidad",
            Part.MORE: """
                más, menos, mucho, muy, un poco, poco, ligeramente, algo, aumenta, aumentar, sube,
                reduce, reducir, baja, disminuye, incrementa
            """,
            Part.PERCENT: "%, por ciento",
            Part.TREATMENT: """
                blanco y negro, monocromo, monocroma, monocromático, monocromática,
                escala de grises, sepia, cálido, cálida, cálidos, cálidas, frío, fría, fríos,
                frías, claro, clara, oscuro, oscura, oscuros, brillante, brillantes, luminoso,
                luminosa, saturado, saturada, saturados, desaturado, desaturada, vivo, viva, vivos,
                vívido, vívida, apagado, apagados, desvaído, desvaída, vintage, retro,
                cinematográfico, cinematográfica, impresionista, expresionista, cubista,
                luz cálida, luz dorada
            """,
            Part.TREATING: """
                oscurece, aclara, ilumina, satura, desatura, colorea, oscurecer, aclarar
            """,
            Part.TIME: """
                día, noche, anochecer, crepúsculo, hora dorada, hora azul, mediodía, medianoche,
                invierno, verano, otoño, primavera
            """,
            Part.THING: """
                anime, manga, pop art, pixel art, atardecer, amanecer, puesta de sol,
                salida del sol, pintura, pintura al óleo, cuadro al óleo, óleo, acuarela,
                pintura de acuarela, pintura acrílica, acrílico, gouache, pastel, boceto,
                boceto a lápiz, dibujo, dibujo a lápiz, dibujo a carboncillo,
                dibujo al carboncillo, carboncillo, dibujo a tinta, dibujo animado,
                dibujos animados, caricatura, cómic, grabado, ilustración, mosaico
            """,
            Part.STYLE_OF: """
                al estilo de, en el estilo de, con el estilo de, a la manera de, estilo de
            """,
            Part.KEEP: """
                mantén, conserva, preserva, deja, no cambies, manteniendo, conservando, sin cambiar
            """,
        }
    ),
    phrases(
        {
            Part.FILLER: """
                el, la, los, las, y, lo, demás, todo, nada, de, sin, cambios, tal, cual, resto
            """,
            Part.SAME: "mismo, misma, mismos, mismas",
            Part.KEPT: """
                composición, pose, postura, identidad, expresión, perspectiva, proporciones,
                formas, contornos, texto, iluminación, igual, natural, encuadre
            """,
            Part.PLACE: """
                persona, personas, cara, rostro, sujeto, producto, ropa, fondo, colores
            """,
        }
    ),
)

FRENCH = Language(
    phrases(
        {
            Part.FILLER: """
                un, une, à, au, aux, de, d, du, comme, avec, et, mais, par, s il te plaît,
                s il vous plaît, ressembler, puis, l heure de la journée, des, pour, filtre
            """,
            Part.VERB: """
                rends, rendre, rendez, transforme, transformer, transformez, convertis, convertir,
                change, changer, changez, passe, passer, passez, ajuste
            """,
            Part.MAKE: "fais, faire, faites",
            Part.GIVE: "mets, mettre, mettez, donne, donner, donnez, applique",
            Part.THE: "le, la, les, l, ma, mon",
            Part.THIS: "ceci, cette, ce, cet",
            Part.IN: "en",
            Part.WHOLE: """
                cela, image, photo, photographie, scène, tout, toute, image entière, photo entière
            """,
            Part.ASPECT: """
                couleurs, tons, teintes, ton, style, effet, ambiance, atmosphère, éclairage,
                aspect, rendu
            """,
            Part.QUALITY: "contraste, contrastes, saturation, luminosité, exposition, netteté",
            Part.MORE: """
                plus, moins, beaucoup, très, un peu, peu, légèrement, augmente, augmenter,
                augmentez, réduis, réduire, réduisez, diminue, diminuer, baisse
            """,
            Part.PERCENT: "%, pour cent, pourcent",
            Part.TREATMENT: """
                noir et blanc, monochrome, niveaux de gris, sépia, chaud, chaude, chauds, chaudes,
                froid, froide, froids, froides, clair, claire, claires, sombre, sombres, lumineux,
                lumineuse, lumineuses, saturé, saturée, saturées, désaturé, désaturée, désaturées,
                vif, vive, vives, vifs, délavé, délavée, fané, fanée, terne, vintage, rétro,
                cinématographique, dramatique, impressionniste, expressionniste, cubiste,
                contrasté, contrastée, lumière chaude, lumière dorée, nette, net
            """,
            Part.TREATING: """
                éclaircis, éclaircir, assombris, assombrir, sature, désature, colorise, coloriser,
                réchauffe, refroidis
            """,
            Part.TIME: """
                jour, nuit, crépuscule, aube, heure dorée, heure bleue, soir, matin, midi, minuit,
                hiver, été, automne, printemps, l aube, l heure dorée, l heure bleue
            """,
            Part.THING: """
                anime, manga, pop art, pixel art, coucher de soleil, coucher du soleil,
                lever de soleil, lever du soleil, peinture, peinture à l huile, tableau à l huile,
                tableau, aquarelle, peinture à l aquarelle, peinture acrylique, acrylique, gouache,
                pastel, croquis, croquis au crayon, esquisse, dessin, dessin au crayon,
                dessin au fusain, dessin à l encre, fusain, dessin animé, bande dessinée, bd,
                gravure, illustration, mosaïque
            """,
            Part.STYLE_OF: """
                dans le style de, dans le style d, à la manière de, à la manière d, au style de
            """,
            Part.KEEP: """
                garde, gardez, conserve, conservez, préserve, préservez, laisse, laissez,
                ne change pas, ne changez pas, ne change rien, en gardant, en conservant,
                sans changer
            """,
        }
    ),
    phrases(
        {
            Part.FILLER: """
                le, la, les, l, et, de, du, tout, reste, rien, d autre, tel, quel, telle, quelle
            """,
            Part.SAME: "même, mêmes",
            Part.KEPT: """
                composition, pose, posture, identité, expression, perspective, proportions, formes,
                contours, texte, éclairage, inchangé, inchangée, cadrage, naturel, cohérent
            """,
            Part.PLACE: """
                personne, personnes, visage, visages, sujet, produit, vêtements, fond, couleurs,
                arrière plan
            """,
        }
    ),
)
