export * from './constraints';
