package prompts

import "embed"

// Files is the embedded wording, rooted at this folder.
//
//go:embed acts.yaml all:zh-Hans all:zh-Hant-TW all:zh-Hant-HK all:en-US all:en-GB
var Files embed.FS
