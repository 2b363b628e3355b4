"""What people rename to .jpg, and what to do with it; on a telephone, too. Pure.

How each is told: companies/logo/signatures.py.
"""

JPEG_START = b"\xff\xd8\xff"

# On a telephone there is no «save as»; what travels through WhatsApp arrives as a JPG of some 200 KB.
ON_A_PHONE = "En el teléfono, envíesela por WhatsApp y suba la que le llega, que ya es JPG."
SAVE_AS_JPG = f"En su computadora, ábrala y guárdela como JPG. {ON_A_PHONE}"
ON_AN_IPHONE = (
    "En el iPhone, guárdela en Archivos, manténgala presionada y elija Acciones rápidas › Convertir imagen › "
    "JPEG; o envíesela por WhatsApp y suba la que le llega."
)
EXPORT = (
    "Pida su logotipo como JPG a quien lo diseñó, o haga una captura de pantalla de él y súbala como JPG."
)

# Pictures of another kind under the name of a JPG. What every program opens is saved as one.
_RENAMED = {
    "png": "PNG",
    "webp": "WebP",
    "avif": "AVIF",
    "gif": "GIF",
    "bmp": "BMP",
    "tiff": "TIFF",
    "tga": "TGA",
    "pcx": "PCX",
    "pnm": "PNM (PPM, PGM o PBM)",
    "sgi": "SGI",
    "dds": "DDS",
    "qoi": "QOI",
    "xbm": "XBM o XPM",
    "exr": "HDR o EXR",
    "bpg": "BPG",
}
# Relatives of JPG that hardly any program knows.
_RELATIVES = {
    "jpeg2000": "JPEG 2000",
    "jpegxl": "JPEG XL",
    "jpegxr": "JPEG XR",
    "jpegls": "JPEG-LS",
    "jpegxs": "JPEG XS",
}
# What designers draw with: nobody else can open it.
_OF_DESIGNERS = {
    "svg": "un dibujo SVG",
    "psd": "de Photoshop (PSD)",
    "ai": "de Illustrator (AI)",
    "eps": "de Illustrator o EPS",
    "corel": "de CorelDRAW (CDR)",
    "photopaint": "de Corel Photo-Paint (CPT)",
    "affinity": "de Affinity",
    "sketch": "de Sketch",
    "figma": "de Figma",
    "krita": "de Krita u OpenRaster",
    "procreate": "de Procreate",
    "indesign": "de InDesign (INDD)",
    "emf": "un dibujo EMF de Windows",
    "wmf": "un dibujo WMF de Windows",
    "dwg": "de AutoCAD (DWG o DXF)",
    "xcf": "de GIMP (XCF)",
    "paint_net": "de Paint.NET (PDN)",
    "paint_shop": "de PaintShop Pro (PSP)",
    "clip_studio": "de Clip Studio Paint (CLIP)",
    "djvu": "DjVu",
}

MESSAGES = {
    **{
        kind: f"Esta imagen es {name}, aunque se llame .jpg. {SAVE_AS_JPG}" for kind, name in _RENAMED.items()
    },
    **{
        kind: f"Esta imagen es {name}, que no es lo mismo que JPG. {SAVE_AS_JPG}"
        for kind, name in _RELATIVES.items()
    },
    **{
        kind: f"Este archivo es {name}, aunque se llame .jpg. {EXPORT}"
        for kind, name in _OF_DESIGNERS.items()
    },
    "heic": f"Esta imagen es HEIC, el formato de los iPhone, aunque se llame .jpg. {ON_AN_IPHONE}",
    "ico": f"Este archivo es un icono (ICO), aunque se llame .jpg. {SAVE_AS_JPG}",
    "icns": f"Este archivo es un icono de Mac (ICNS), aunque se llame .jpg. {SAVE_AS_JPG}",
    "raw": (
        "Este archivo es una foto RAW (DNG, CR2 o similar), el negativo de una cámara. Ábrala en la galería, "
        f"edítela y guarde una copia como JPG. {ON_A_PHONE}"
    ),
    "pdf": (
        "Este archivo es un PDF, no una imagen. Expórtelo como JPG; en el teléfono, haga una captura de "
        "pantalla del logotipo, envíesela por WhatsApp y suba la que le llega."
    ),
    "office": (
        "Este archivo es de Word, Excel, PowerPoint o Publisher, no una imagen. Haga clic con el botón "
        "derecho en el logotipo, elija «Guardar como imagen» y suba el JPG."
    ),
    "zip": (
        "Este archivo está comprimido (ZIP, RAR, 7z o similar). Descomprímalo y suba la imagen JPG que "
        "contiene."
    ),
    "video": "Este archivo es un video, no una imagen. Elija su logotipo guardado como JPG.",
    "web_page": (
        "Este archivo es una página web: la imagen no se descargó. Abra la imagen, manténgala presionada (o "
        "haga clic derecho), guárdela y suba ese archivo."
    ),
    "shortcut": (
        "Este archivo es un acceso directo: dice dónde está la imagen, y no la contiene. Abra la imagen, "
        "guárdela en su computadora y suba ese archivo."
    ),
    "mac_double": (
        "Este archivo es el acompañante que las Mac ponen junto a cada archivo (su nombre empieza con «._»). "
        "Suba el que se llama igual y no lleva «._»."
    ),
    "not_jpeg": "Este archivo no es una imagen JPG. Elija su logotipo guardado como JPG.",
}
