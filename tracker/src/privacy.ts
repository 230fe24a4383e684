/** Knows whether the visitor has asked not to be tracked. */

export const hasOptedOut = (): boolean =>
  navigator.doNotTrack === "1" ||
  !!(navigator as Navigator & { globalPrivacyControl?: boolean }).globalPrivacyControl;
