#!/usr/bin/env python3
"""Writes the seeds of the fuzz target `inputs`: small pictures and arrays of each
kind, behind the byte that chooses a feature.

    seeds.py OUT
"""
import base64
import pathlib
import struct
import sys
import zlib

# Of 24x17 pixels, by libjpeg-turbo, in base 85.
JPEGS = {
    "colours": (
        '|JeWF01!$>Nk#wx0RR9200961|JwjV02>k%7Zed27Zw*D92+1gLMtdGB`8rkJupIGRb^yfRb5+Zc$tA}agcLcU4^'
        'xVke;Kft*d8%yve$z$C;?Br2pFhLjfEf9w;LyPAe-;q;6eqq@<*zq@<*zq@<*zq@<*zq@<*zq@<*zq@<*zq@<*zq'
        '@<*zq@<*zq@<*zq@<*zq@@4A01*fP5dati0U`hb5di}c0sq7R7ytnQ0RaI30000000000000041p)*A!~h!*0RRF'
        '60RaF2000000000000IL61Yr>&|HJ?o0RRF600000000000000000RX91P1@a02>hi0s;d80000000000000000R'
        'jUA5it_~+5ij#0RRFK0}%i}0LF&D6hm8!tJmVH^|%Zlpmk&!@YUehjTn#5J;;|TqV(9x84pK|O6mad%;iUQ0H<FD'
        'vEl#O'
    ),
    "gray": (
        '|JeWF01!$>Nk#wx0RR9200961|JwjV02>k%7Zed27Zw*D92+1gLMtdGB`8rkJupIGRb^yfRb5+Zc$tA}agcLcU4^'
        'xVke;Kft*d8%yve$z$C;?Br2oJG3kU!a02l!Q5di<h02crO0RaI30000000000000040|EvA!~h!*009L70RR910'
        '000000000009C61Yr>&|Jncu0RaF2KLF!0z6fP(5X!h(I`}F&*deeZeCJe*LgF_O|Je'
    ),
    "progressive": (
        '|JeWF01!$>Nk#wx0RR9200961|JwjV02>k%7Zed27Zw*D92+1gLMtdGB`8rkJupIGRb^yfRb5+Zc$tA}agcLcU4^'
        'xVke;Kft*d8%yve$z$C;?Br2pFhLjfEf9w;LyPAe-;q;6eqq@<*zq@<*zq@<*zq@<*zq@<*zq@<*zq@<*zq@<*zq'
        '@<*zq@<*zq@<*zq@<*zq@@4C01*fP5dati0U`hb5di}c0sq7R7ytnQ0RaI30000000000000031OWp7!~hrp00IL'
        '50000000000000000t5g91^?Or3<CiG0uTcb0005SOVkHDVl(2v=JZnE|HJ?o5CH)J0RaF200000000000003J0u'
        'le(00;pA009L8%PglU%fv)~|HJ?n5di=L000000000000000000331OM6p2mu2D0Y3q*h|yF(|HJ?p5di=K0{{R3'
        '0000000000000330}&zr+5iXv0s#R(0gks=V^#me02B}b0000000000000000000m|Jncu0RaF8KLQ{B!~hr&0Ra'
        'F50000000000000000RRvYAphC`2mt{A0Y4!j48Yfc|Jncy0|5X600RI301)%&{{O@P7!d#h0{{R300000000000'
        '00015D_u|+5iXv0|5a)5GPb{fB(b)7!d&h00RI30000000000000315D_u|+5iXv0s#R(5OG$Q4ln=202vSf0s{d'
        '6000000000000000VF3{!A^+L{2mt{A0Y4B>u|fop@mDzi0RPz'
    ),
    "ink": (
        '|JeWT01iQ9Z(?NtWB>pF0095n07C#95)>B{5gQj47aklNASgmBC?zE*Q93;^LSR*8WM5TXTWWZjfogG(b6Z`7wT6'
        '(MqpPi}XMnuPx~9jOsH>#^zyK5o01*Hf1Va%3O%VWD5dcdO0RO}Q7ytnQ0RaI30000000000000051_T5D!~h}?0'
        '09CA0RRI5000000000000cn+0|gNh6k!4rAwqHg+5ip&LjX+xSpZ7_06zeRm5Dk$GqU_-X^RP1Xz=KkmnH>-tTcF'
        'ZOQz-d20bepJsuqB{AFNRO2bEmv}tm;&@3fkqr=@&wDkV~P?hn<bo*ZqF|;B5ivu2&ii9eA0>V}Xnx4S0m4TV3us'
        '{FV'
    ),
    "turned": (
        '|JeWF01!$>Nk#wx0RR9200961|KR{4MR;ju002!*04e|g00;m90TKWM0000100sa600000|JwjV02>k%7Zed27Zw'
        '*D92+1gLMtdGB`8rkJupIGRb^yfRb5+Zc$tA}agcLcU4^xVke;Kft*d8%yve$z$C;?Br2pFhLjfEf9w;LyPAe-;q'
        ';6eqq@<*zq@<*zq@<*zq@<*zq@<*zq@<*zq@<*zq@<*zq@<*zq@<*zq@<*zq@<*zq@@4A01*fP5dati0TBQK5di}'
        'c0sq7R7XSeP0RaF20000000000000C70tNrX02>eh0R;g80000000000000000RjUAVG$w!!~huq0RRI50RR9100'
        '000000001ONjC0tWxY02>hi0|5X70RR9100000000000s|2N5-}nF+5ij#0RRFK0}%i}0OK;g6?W5<poUh$dMzj+'
        'm2jOjT2!=k@S$5zG_(~RY!bgkEd(|MZ=C9qms#_k@-A<rVg)k^MZ`K{6x>Ek$Ep9>'
    ),
}


def chunk(kind, data):
    return (struct.pack(">I", len(data)) + kind + data
            + struct.pack(">I", zlib.crc32(kind + data)))


def png(colour, depth, interlaced, extra=b""):
    """A picture of 9x7 pixels: colour types 0 gray, 2 RGB, 3 palette, 4 gray and
    alpha, 6 RGB and alpha."""
    width, height = 9, 7
    bits = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour] * depth
    passes = ((0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2),
              (0, 1, 2, 2), (1, 0, 2, 1)) if interlaced else ((0, 0, 1, 1),)
    data = b""
    for y, x, step_y, step_x in passes:
        rows, columns = len(range(y, height, step_y)), len(range(x, width, step_x))
        if rows and columns:
            for row in range(rows):
                size = (columns * bits + 7) // 8
                data += bytes([row % 5]) + bytes((row * 31 + i * 7) % 256 for i in range(size))
    return (b"\x89PNG\r\n\x1a\n"
            + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0,
                                         interlaced))
            + extra + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b""))


def npy(kind, shape, fortran, version, size):
    header = f"{{'descr': '{kind}', 'fortran_order': {fortran}, 'shape': {shape}, }}\n"
    length = struct.pack("<H" if version == 1 else "<I", len(header))
    return (b"\x93NUMPY" + bytes([version, 0]) + length + header.encode()
            + bytes(i % 251 for i in range(size)))


def main():
    out = pathlib.Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    files = {f"{name}.jpg": base64.b85decode(text) for name, text in JPEGS.items()}
    palette = chunk(b"PLTE", bytes(range(48)))
    exif = chunk(b"eXIf", b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0")
    for colour, depth in ((0, 1), (0, 8), (0, 16), (2, 8), (2, 16), (4, 8), (6, 8), (6, 16)):
        for interlaced in (0, 1):
            files[f"{colour}-{depth}-{interlaced}.png"] = png(colour, depth, interlaced)
    files["palette.png"] = png(3, 4, 0, palette + chunk(b"tRNS", b"\0\x80"))
    files["turned.png"] = png(2, 8, 0, exif)
    for kind in ("|u1", "|b1", "<f2", ">f4", "<f8", ">i2", "<i8"):
        size = int(kind[2:])
        files[f"{kind[1:]}.npy"] = npy(kind, "(2, 3)", kind[0] == ">", 1 + size % 3, 6 * size)
    files["picture.npy"] = npy("|u1", "(1, 8, 8, 3)", True, 1, 192)
    files["pictures.npy"] = npy("|u1", "(2, 5, 6, 3)", False, 1, 180)
    files["sequence.npy"] = npy("<f4", "(2, 4, 1, 6)", False, 2, 192)
    for number, (name, data) in enumerate(files.items()):
        choice = number % 6 if "npy" not in name else {"p": 0x80, "s": 0x85}.get(name[0], 4)
        (out / name).write_bytes(bytes([choice]) + data)


if __name__ == "__main__":
    main()
