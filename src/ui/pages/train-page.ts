/** @file train */
export {};
